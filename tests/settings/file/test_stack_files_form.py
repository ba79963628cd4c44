"""Committed stack files are in the form that the CLI writes, so that `pulumi config set` changes one line and no other.

The rules are those of yaml.v3 as the CLI uses it: indentation of two, styles and comments kept, all else written anew.
They are seen in `tests/data/engine`: after.yaml is what the real CLI made of before.yaml when one value was set. Where
the CLI keeps what people rarely write (a comment beside a block's `|`, a list in brackets over two lines), the rules
are stricter.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from settings.file import goyaml
from settings.file.stackfile import TAG, EngineLoader

ROOT = Path(__file__).parents[3]
ENGINE = ROOT / "tests/data/engine"
STACK_FILES = sorted([*ROOT.glob("Pulumi.*.yaml"), *ROOT.glob("blueprints/**/Pulumi.*.yaml")])
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def faults(text: str) -> list[str]:
    """What the CLI would write otherwise; empty if the text is a fixed point of `pulumi config set`."""
    if "\r" in text or "\t" in text or text.startswith("\ufeff") or not re.search(r"[^\n]\n\Z", text):
        return ["a tab, a carriage return, a byte order mark, or another end than one end of line"]
    lines = text.split("\n")
    ends = _ends(text)
    found = [f"line {number + 1}: {what}" for number, what in _comment_faults(lines, ends)]
    content = [line[: ends[number]] for number, line in enumerate(lines) if ends.get(number)]
    root = yaml.compose(text, Loader=EngineLoader)
    written = [line for line in _lines(root, ())[1:] if line] if root else []
    found += [f"`{old}` would be `{new}`" for old, new in zip(content, written, strict=False) if old != new]
    return found or ["another number of lines"] * (len(content) != len(written))


def _ends(text: str) -> dict[int, int]:
    """The column where each line's content ends, before its comment."""
    ends: dict[int, int] = {}
    for token in yaml.scan(text):
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            ends[token.start_mark.line] = len(text.split("\n")[token.start_mark.line])
            for number in range(token.start_mark.line + 1, token.end_mark.line):
                ends[number] = len(text.split("\n")[number])
        elif token.end_mark.index > token.start_mark.index:
            ends[token.end_mark.line] = max(ends.get(token.end_mark.line, 0), token.end_mark.column)
    return ends


def _comment_faults(lines: list[str], ends: dict[int, int]) -> Iterator[tuple[int, str]]:
    first, last = min(ends, default=0), max(ends, default=0)
    for number, line in enumerate(lines[:-1]):
        around = [lines[n].lstrip() for n in (number - 1, number + 1) if 0 <= n < len(lines)]
        comments = [text.startswith("#") for text in around]
        if number in ends and not re.fullmatch(r"( #.*)?", line[ends[number] :]):
            yield number, "one space stands before a comment"
        elif not line and not all(comments) and not (number < first and comments[0]) and not number > last:
            yield number, "a blank line stands only between comments, after the head, and before the foot"
        elif line and number not in ends and _indent(line) not in _neighbours(number, lines, ends):
            yield number, "a comment is indented like its neighbours"


def _neighbours(number: int, lines: list[str], ends: dict[int, int]) -> set[int]:
    """Indentations that a comment may have: that of what follows, or, at the end of a table, of what it follows."""
    before = _indent(lines[max((n for n in ends if n < number), default=0)])
    after = _indent(lines[min((n for n in ends if n > number), default=0)])
    return {max(before, after), after}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _lines(node: yaml.Node, path: tuple[str, ...]) -> list[str]:
    """What stands on the line of a node's key or dash, and the lines below it."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, path)
    if node.flow_style or not node.value:
        return [_flow(node)]
    lines = [""]
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            first, *rest = [line for line in _lines(item, (*path, "")) if line]
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        return lines
    for key, value in node.value:
        name = "".join(_scalar(key, ()))
        if path == ("config",) and ":" not in name:
            name = f"namespace:{name}"
        first, *rest = _lines(value, (*path, name))
        lines += [f"{name}: {first}".rstrip(), *(line and f"  {line}" for line in rest)]
    return lines


def _flow(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        text = "".join(_scalar(node, ()))
        return f"'{text}'" if node.style is None and re.search(r"[:,?\[\]{}]", text) else text
    if isinstance(node, yaml.SequenceNode):
        return f"[{', '.join(map(_flow, node.value))}]"
    return "{" + ", ".join(f"{_flow(key)}: {_flow(value)}" for key, value in node.value) + "}"


def _scalar(node: yaml.ScalarNode, path: tuple[str, ...]) -> list[str]:
    text = node.value
    if node.style in ("|", ">"):
        chomp = "" if text.endswith("\n") else "-"
        chomp = "+" if text.endswith("\n\n") else chomp
        between = "\n" if node.style == "|" else "\n\n"
        return [node.style + chomp, *text.removesuffix("\n").replace("\n", between).split("\n")]
    if node.style == "'":
        return ["'" + text.replace("'", "''") + "'"]
    if node.style == '"' or any(character > "\uffff" for character in text):
        return [
            '"' + "".join(ESCAPES.get(c) or (c if " " <= c <= "\uffff" else f"\\U{ord(c):08X}") for c in text) + '"'
        ]
    if node.tag == TAG + "str":
        return [text]
    value = goyaml.meaning(text)[1]
    if path[:1] == ("config",) and len(path) == 2:  # a key's own value becomes text
        return [f'"{goyaml.scalar(value)}"']
    return [value if isinstance(value, str) else goyaml.dumps(value)]


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_stack_file_is_as_the_cli_writes_it(file: Path) -> None:
    assert faults(file.read_text()) == []


@pytest.mark.parametrize("name", ["after.yaml", "after-1-network.cidr.yaml"])
def test_what_the_cli_wrote_has_no_faults(name: str) -> None:
    assert faults((ENGINE / name).read_text()) == []


def test_what_the_cli_rewrote_has_faults() -> None:
    assert len(faults((ENGINE / "before.yaml").read_text())) > 10


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("  a:b: 1", '`  a:b: 1` would be `  a:b: "1"`'),
        ("  a:b: {c: 1, d: [x,y]}", "`  a:b: {c: 1, d: [x,y]}` would be `  a:b: {c: 1, d: [x, y]}`"),
        ("  a:b: {c: 0x1F}", "`  a:b: {c: 0x1F}` would be `  a:b: {c: 31}`"),
        ("  a:b: {c: True}", "`  a:b: {c: True}` would be `  a:b: {c: true}`"),
        ("  a:b: {c: ~}", "`  a:b: {c: ~}` would be `  a:b: {c: null}`"),
        ("  a:b:", '`  a:b:` would be `  a:b: ""`'),
        ("  a:b: {c: d:e}", "`  a:b: {c: d:e}` would be `  a:b: {c: 'd:e'}`"),
        ("  b: c", "`  b: c` would be `  namespace:b: c`"),
        ("  a:b:\n  - c", "`  - c` would be `    - c`"),
        ("  a:b:\n     c: d", "`     c: d` would be `    c: d`"),
        ("  a:b: c   # d", "line 2: one space stands before a comment"),
        (
            "  a:b: c\n\n  a:d: e",
            "line 3: a blank line stands only between comments, after the head, and before the foot",
        ),
        ("  a:b: c\n     # d\n  a:d: e", "line 3: a comment is indented like its neighbours"),
    ],
)
def test_what_the_cli_would_write_otherwise_is_found(line: str, written: str) -> None:
    assert faults(f"config:\n{line}\n") == [written]
