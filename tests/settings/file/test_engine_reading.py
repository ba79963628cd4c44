"""Offline, a stack file is read as Pulumi's engine reads it.

pulumi_config.json is the PULUMI_CONFIG that a preview of Pulumi.sample.yaml by the real CLI (built from pulumi
1b5949891b3c) handed to the program, byte for byte; the words below were read by the same engine's Go code, run apart
from the CLI. cases.json holds single files with what the real CLI made of them, or its refusal.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.file import stackfile
from settings.file.problems import InvalidSettings
from settings.file.syntax import DEEPER, HYPHEN, NO_SPACE, ODD_SPACE, QUESTION, SURROGATE, TWO_KEYS, UNCLOSED
from tests.stacks import EVERY_STACK, stack_file

ENGINE = Path(__file__).parents[2] / "data/engine"
RECORDED: dict[str, str] = json.loads((ENGINE / "pulumi_config.json").read_text())
FLOATS = "[1.5e300, 123456789.123, 1e20, 1e-6, 1.5e-7, 5e-324, 1e22, 1.7976931348623157e308]"

CASES: list[dict[str, Any]] = json.loads((ENGINE / "cases.json").read_text())
#: What the engine passes on although nobody can mean it, and a placeholder for what it could not decrypt.
STRICTER = {"float key", "int key with leading zero", "date key", "null key", "tilde key"}
STRICTER |= {"bare and namespaced key of one name"}
UNDECRYPTED = {"secure that is no ciphertext"}


def read(tmp_path: Path, text: str, project: str = "p") -> dict[str, str]:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(text)
    return stackfile.read(file, project)


@pytest.mark.parametrize("key", sorted(RECORDED))
def test_each_value_is_read_as_the_engine_reads_it(key: str) -> None:
    assert stackfile.read(ENGINE / "Pulumi.sample.yaml", "cloudplatform")[key] == RECORDED[key]


def test_no_other_keys_are_read() -> None:
    assert stackfile.read(ENGINE / "Pulumi.sample.yaml", "cloudplatform").keys() == RECORDED.keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_recorded_file_is_read_or_refused_as_by_the_engine(tmp_path: Path, case: dict[str, Any]) -> None:
    try:
        found = read(tmp_path, case["yaml"], "cloudplatform")
    except InvalidSettings:
        found = None
    assert (found is None) == (case["name"] in STRICTER or (case["name"] not in UNDECRYPTED and "error" in case))
    assert found is None or case["name"] in UNDECRYPTED or found == (case["config"] or {})


@pytest.mark.parametrize(
    ("word", "alone", "in_list"),
    [
        ("20:00", "20:00", '["20:00"]'),
        ("on", "on", '["on"]'),
        ("tRue", "tRue", '["tRue"]'),
        ("TRUE", "true", "[true]"),
        ("Null", "", "[null]"),
        ("2024-1-2", "2024-01-02 00:00:00 +0000 UTC", '["2024-01-02 00:00:00 +0000 UTC"]'),
        ("2024-02-30", "2024-02-30", '["2024-02-30"]'),
        ("0000-01-01", "0000-01-01 00:00:00 +0000 UTC", '["0000-01-01 00:00:00 +0000 UTC"]'),
        ("2024-01-02T03:04:05-05:30", "2024-01-02 03:04:05 -0530 -0530", '["2024-01-02 03:04:05 -0530 -0530"]'),
        ("2024-01-02T03:04:05", "2024-01-02T03:04:05", '["2024-01-02T03:04:05"]'),
        ("2024-01-02 3:4:5.50", "2024-01-02 03:04:05.5 +0000 UTC", '["2024-01-02 03:04:05.5 +0000 UTC"]'),
        ("012345", "5349", "[5349]"),
        ("012345678912", "12345678912", "[12345678912]"),
        ("-012", "-10", "[-10]"),
        ("1_000", "1000", "[1000]"),
        ("_1", "_1", '["_1"]'),
        (".5_0", "0.5", "[0.5]"),
        ("0b2", "0b2", '["0b2"]'),
        ("-0.0", "0", "[0]"),
        ("1e999", "1e999", '["1e999"]'),
        ("18446744073709551615", "18446744073709551615", "[18446744073709552000]"),
        ("9223372036854775808", "9223372036854775808", "[9223372036854776000]"),
        ("-9223372036854775809", "-9223372036854776000", "[-9223372036854776000]"),
        ("!!str 012", "012", '["012"]'),
        ('!!int "12"', "12", "[12]"),
        ("!!binary aGk=", "hi", '["hi"]'),
        ("<&>", "<&>", '["\\u003c\\u0026\\u003e"]'),
        ('"\\u2028\\b\\f\\e/"', "\u2028\b\f\x1b/", '["\\u2028\\b\\f\\u001b/"]'),
    ],
)
def test_a_word_means_what_it_means_to_the_engine(tmp_path: Path, word: str, alone: str, in_list: str) -> None:
    assert read(tmp_path, f"config:\n  a: {word}\n  b: [{word}]\n") == {"p:a": alone, "p:b": in_list}


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("", {}),
        ("config:\t# c\n  a:\t1\t# c\n  b:\t[x,\ty\t]\n", {"p:a": "1", "p:b": '["x","y"]'}),
        ("config: {a: '/find?q=1', b: [\"?\"]}\n", {"p:a": "/find?q=1", "p:b": '["?"]'}),
        ("config:\n  a: /find?q=1\n  b: |\n    c\n    \td\n", {"p:a": "/find?q=1", "p:b": "c\n\td\n"}),
        ("config:\n", {}),
        ("encryptionsalt: x\n", {}),
        ("config: {a: 1}\n---\nconfig: {a: 2}\n", {"p:a": "1"}),
        ("config: {x:config:y: 1, aws:region: z}\n", {"x:y": "1", "aws:region": "z"}),
        (f"config: {{a: {FLOATS}}}\n", {"p:a": "[1.5e+300,123456789.123,100000000000000000000,0.000001,1.5e-7,"
                                            "5e-324,1e+22,1.7976931348623157e+308]"}),
        ("config:\r\n  a: |\r\n    x\r\n    y\r\n", {"p:a": "x\ny\n"}),
        ("\ufeffconfig: {b: {d: 1, c: 2}}\n", {"p:b": '{"c":2,"d":1}'}),
        ("config: {a: {1: x, true: y, 0x10: z}}\n", {"p:a": '{"1":"x","16":"z","true":"y"}'}),
        ("x: &x {p: 1}\nconfig: {b: {q: 2, <<: [*x, {p: 3, r: 4}]}}\n", {"p:b": '{"p":1,"q":2,"r":4}'}),
        ("config: {a: {secure: v1:x}, b: [{secure: y}], c: {secure: 5}}\n",
         {"p:a": "[secret]", "p:b": '["[secret]"]', "p:c": '{"secure":5}'}),
    ],
)  # fmt: skip
def test_a_file_means_what_it_means_to_the_engine(tmp_path: Path, text: str, config: dict[str, str]) -> None:
    assert read(tmp_path, text) == config


def test_encrypted_keys_are_secret(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.x.yaml").write_text("config: {a: {secure: v1:x}, b: {c: {secure: y}}, d: 1}\n")
    assert stackfile.load(tmp_path / "Pulumi.x.yaml", "p").secret_keys == {"p:a", "p:b"}


def test_the_project_file_gives_defaults(tmp_path: Path) -> None:
    defaults = "config: {a: 1, b: {type: integer, default: 2}, aws:region: {value: r}, c: [1], d: {type: string}}\n"
    (tmp_path / "Pulumi.yaml").write_text("name: p\n" + defaults)
    assert read(tmp_path, "config: {a: 5}\n") == {"p:a": "5", "p:b": "2", "aws:region": "r", "p:c": "[1]"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("config:\n\ta: 1\n", "2:1 stack file: a tab is used here; use spaces"),
        ("config:\n  a: b: c\n", f"2:7 stack file: {TWO_KEYS}"),
        ("config:\n  a: b\n    c: d\n", f"3:5 stack file: {DEEPER}"),
        ("config:\n  a: b\n\n    c: d\n", f"4:5 stack file: {DEEPER}"),
        ("config:\n  a:\n    -b: c\n      d: e\n", f"3:5 stack file: {HYPHEN}"),
        ("config:\n  a:\n    b: c\n\u00a0   d: e\n", f"4:1 stack file: {ODD_SPACE}"),
        ("config:\n  a: 1\n b: 2\n", "3:2 stack file: indented otherwise than its neighbours; align it"),
        ("config:\n  a: |\n    \tb\n", "3:5 stack file: a tab is used here; use spaces"),
        ("config:\n  a: [b, c?d=1]\n", f"2:10 stack file: {QUESTION}"),
        ("config:\n  a: {b?: c}\n", f"2:7 stack file: {QUESTION}"),
        ("config:\n  a: {b:, c: 1}\n", f"2:8 stack file: {NO_SPACE}"),
        ("config:\n  1: x\n", "2:3 stack file: this key is not text; quote it"),
        ("config:\n  a: [1\n  b: 2\n", f"2:6 stack file: {UNCLOSED}"),
        ('config:\n  a: "1\n', "2:6 stack file: the quotes that begin here are not closed; close them"),
        ("config:\n  a: 1\n  a: 2\n", "3:3 a: is written twice in the same table; keep one"),
        ("config:\n  a:\n    b: {c: 1, c: 2}\n", "3:15 a.b.c: is written twice in the same table; keep one"),
        ("config:\n  a: 1\n  p:a: 2\n", "3:3 a: is written twice, as p:a and in another form; keep one"),
        ("config: {}\nconfig: {}\n", "2:1 config: is written twice in the same table; keep one"),
        ("config: {}\na:b: 1\n", "2:1 a:b: stands beside `config:`, where nobody reads it; indent it"),
        ("  a:b: 1\n  a:c: 1\n", "1:3 stack file: has no `config:`; begin with that, and indent the keys below it"),
        ("- a\n", "1:1 stack file: is not a table; begin with `config:` and write the keys below it"),
        ("config: [a]\n", "1:9 config: is not a table; write the keys below it, one a line"),
        ("config:\n  a:b:c: 1\n", '2:3 stack file: "a:b:c" is not a configuration key; use namespace:name'),
        ("config:\n  a: {b: .inf}\n", "2:10 a.b: .inf is no number that JSON can carry; use one with digits"),
        ("config:\n  a: &x [*x]\n", "2:6 a[0]: contains itself; write the value instead of the alias"),
        ("config:\n  a: *x\n", "2:6 stack file: this is not YAML: found undefined alias 'x'"),
        ("config:\n  a: {~: 1}\n", "2:7 a: this key is not text; quote it"),
        ("config:\n  a: !!int x\n", '2:6 a: "x" is no int; remove the tag !!int'),
        ("config:\n  a: {<<: 1}\n", "2:11 a: << merges tables into this one; give it the alias of a table"),
        ('config:\n  a: "\\ud800"\n', f"2:9 stack file: {SURROGATE}"),
        ("config:\n  a: " + "[" * 2000 + "\n", f"1:1 stack file: {stackfile.DEEP}"),
    ],
)  # fmt: skip
def test_what_the_engine_would_not_read_is_said_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidSettings) as caught:
        read(tmp_path, text)
    assert list(map(str, caught.value.problems)) == [f"Pulumi.x.yaml:{problem}"]


def test_aliases_of_aliases_are_stopped(tmp_path: Path) -> None:
    lines = ["config:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(InvalidSettings, match="are there aliases of aliases"):
        read(tmp_path, "\n".join(lines))


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"cannot be read \(No such file or directory\)"):
        stackfile.read(tmp_path / "Pulumi.none.yaml", "p")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_positions_are_those_that_editors_show(tmp_path: Path, end: str) -> None:
    lines = ["# head", "config:", "  p:a: # note", "    b:\t[x,  {c: 1},", "      y] # end", "  p:d: {e: {f: [g]}}", ""]
    (tmp_path / "Pulumi.x.yaml").write_bytes(end.join(lines).encode())
    assert stackfile.load(tmp_path / "Pulumi.x.yaml", "p").positions == {
        (): (2, 1),
        ("p:a",): (3, 3),
        ("p:a", "b"): (4, 5),
        ("p:a", "b", 0): (4, 9),
        ("p:a", "b", 1): (4, 13),
        ("p:a", "b", 1, "c"): (4, 14),
        ("p:a", "b", 2): (5, 7),
        ("p:d",): (6, 3),
        ("p:d", "e"): (6, 9),
        ("p:d", "e", "f"): (6, 13),
        ("p:d", "e", "f", 0): (6, 17),
    }


def nodes(node: yaml.Node | None) -> Iterator[tuple[Any, ...]]:
    """Each node below one: what it is, what it says, and where it stands."""
    if node:
        mark = node.start_mark
        text = (node.value, bool(node.style)) if isinstance(node, yaml.ScalarNode) else None
        yield type(node), node.tag, mark.line, mark.column, text
        below = [each for pair in node.value for each in pair] if isinstance(node, yaml.MappingNode) else node.value
        for each in below if text is None else ():
            yield from nodes(each)


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_both_parsers_read_the_same(stack: str) -> None:
    """The fast one, and the one that explains what is wrong."""
    text = stack_file(stack).read_text()
    fast, other = (loader(text).get_single_node() for loader in (stackfile.CEngineLoader, stackfile.EngineLoader))
    assert [*nodes(fast)] == [*nodes(other)]


def test_what_nests_deeply_is_not_for_the_fast_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibYAML has no limit of its own."""
    monkeypatch.setattr(stackfile, "LEVELS", 40)
    monkeypatch.setattr(stackfile, "CEngineLoader", lambda _: pytest.fail("it was asked"))
    for deep in ("[" * 40 + "]" * 40, "{a: " * 40 + "}" * 40, "\n    " + "- " * 20 + "x"):
        assert read(tmp_path, f"config:\n  a: {deep}\n").keys() == {"p:a"}
