"""Explains YAML syntax errors. PyYAML often reports the line after the mistake; here the right one is found."""

import re
from typing import Final

import yaml

CONFLICT: Final = "a merge conflict is left in the file; keep one of the two sides, and remove the lines of <, = and >"
NO_COLON: Final = "a key has no colon; write `key: value`"
UNCLOSED: Final = "what begins here is not closed, or lacks a comma; close it with ] or }"
QUOTES: Final = "the quotes that begin here are not closed; close them"
TWO_KEYS: Final = "two keys stand in one line; quote the value, or put the second key in the next line, indented"
ODD_SPACE: Final = "what looks like a space here is another character; type spaces"
HYPHEN: Final = "a list's hyphen is followed by a space; write `- key: value`"
DEEPER: Final = "is indented deeper than the line above, which has a value already; give both the same indentation"
SURROGATE: Final = "holds half of a surrogate pair; write the character itself"
NO_SPACE: Final = "no space follows the colon, which is part of the word then; write `key: value`"
QUESTION: Final = "a bare word in brackets holds a question mark, which ends it to Pulumi's engine; quote it"
#: What PyYAML and LibYAML say, where other words tell better what would be right.
SYNTAX: Final = {
    "found character '\\t' that cannot start any token": "a tab is used here; use spaces",
    "found a tab character where an indentation space is expected": "a tab is used here; use spaces",
    "found unexpected ':'": NO_SPACE,
    "found invalid Unicode character escape code": SURROGATE,
    QUESTION: QUESTION,
    "mapping values are not allowed here": TWO_KEYS,
    "could not find expected ':'": NO_COLON,
    "expected <block end>, but found '<block mapping start>'": "indented otherwise than its neighbours; align it",
    "found unexpected end of stream": QUOTES,
}
_MARKER = re.compile(r"^(<{7}|>{7})( |$)")
_KEY = re.compile(r":(\s|$)")


def conflict(text: str) -> int | None:
    """The line of the first mark that a merge left, from one."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if _MARKER.match(line)), None)


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[tuple[int, int], str]:
    """Line and column of what is wrong, from one, and what would be right."""
    problem = str(error.problem)
    mark = error.problem_mark or error.context_mark
    if error.context_mark and mark and _begins_before(error, problem):
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    if found := _odd_space(lines[:line]):
        return found, ODD_SPACE
    if begins := _open_quotes(lines[:line]):
        return begins, QUOTES
    if problem.startswith("expected ',' or"):
        return (line, column), UNCLOSED
    if problem == "mapping values are not allowed here" and (before := _without_colon(lines[: line - 1])):
        return before, NO_COLON
    if problem == "mapping values are not allowed here" and (below := _below_a_value(lines[:line])):
        return below
    return (line, column), SYNTAX.get(problem, f"this is not YAML: {problem}")


def _begins_before(error: yaml.MarkedYAMLError, problem: str) -> bool:
    """Whether the mistake is where the unfinished construct begins, not where PyYAML gave up."""
    return problem in ("could not find expected ':'", "found unexpected end of stream") or (
        problem.startswith("expected ',' or") and str(error.context).startswith("while parsing a flow")
    )


def _open_quotes(lines: list[str]) -> tuple[int, int] | None:
    """Where double quotes begin that their line does not close. PyYAML complains much later."""
    for number, line in enumerate(lines, 1):
        plain = "" if line.lstrip().startswith("#") else line.split(" #")[0].replace('\\"', "  ")
        if plain.count('"') % 2:
            return number, plain.rindex('"') + 1
    return None


def _without_colon(lines: list[str]) -> tuple[int, int] | None:
    """Where the last line begins, if it is a word without a colon: probably a key that lacks one."""
    for number in range(len(lines), 0, -1):
        line = lines[number - 1].split(" #")[0].rstrip()
        if line.strip() and not line.lstrip().startswith("#"):
            begins = len(line) - len(line.lstrip()) + 1
            return None if _KEY.search(line) or line.lstrip().startswith("-") else (number, begins)
    return None


def _odd_space(lines: list[str]) -> tuple[int, int] | None:
    """Where a line is indented by what only looks like a space: text that was copied from a page has such."""
    for number, line in enumerate(lines, 1):
        indent = line[: len(line) - len(line.lstrip())]
        if odd := indent.strip(" \t"):
            return number, indent.index(odd[0]) + 1
    return None


def _below_a_value(lines: list[str]) -> tuple[tuple[int, int], str] | None:
    """What is wrong, and where, if the last line is indented deeper than a `key: value` above it."""
    number = next((each for each in range(len(lines) - 1, 0, -1) if lines[each - 1].strip()), 0)
    before, last = lines[number - 1] if number else "", lines[-1]
    begins, above = len(last) - len(last.lstrip()), len(before) - len(before.lstrip())
    if begins <= above or not re.search(r":\s+\S", before):
        return None
    if re.match(r"\s*-\w", before):
        return (number, above + 1), HYPHEN
    return (len(lines), begins + 1), DEEPER
