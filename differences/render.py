"""Draws what differs: as text for a terminal, or as Markdown for a pull request."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from costs.comment import change, whole_change
from preview.wire import Object
from preview.words import usd

LONGEST: Final = 90  #: characters of a value; the whole of it is in the JSON
SIGNS: Final = {"created": "+", "deleted": "-", "replaced": "±", "updated": "~", "not known": "?", "renamed": "!"}
KNOWN_NOT: Final = "update or replacement: not known here"

Section = tuple[str, list[str]]  #: a heading, and lines of which a deeper one begins with blanks


def text(found: Object) -> str:
    """For a terminal, without escapes."""
    parts = [f"{found['before']} → {found['after']}", *(_plain(*each) for each in sections(found))]
    return "\n\n".join(parts) + "\n"


def markdown(found: Object) -> str:
    """For a pull request: a list for each heading."""
    parts = [f"**{found['before']} → {found['after']}**"]
    for title, lines in sections(found):
        parts.append(f"### {title}\n\n" + "\n".join(markdown_lines(lines)))
    return "\n\n".join(parts) + "\n"


def _plain(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])


def markdown_lines(lines: list[str]) -> list[str]:
    """The lines of a section as a list of Markdown."""
    return [_item(line) for line in lines]


def _item(line: str) -> str:
    body = line.lstrip()
    return f"{' ' * (len(line) - len(body))}- `{body.replace('`', chr(39))}`"


def sections(found: Object) -> Iterator[Section]:
    """What there is to say, in the order in which people ask."""
    parts: list[Section] = [
        ("First: data would be lost or left behind", [*map(_first, found["first"])]),
        ("Settings", [_change(each) for each in found["settings"]]),
        ("Money", list(_money(found["money"]))),
        ("Exposure", [f"{each['sign']} {each['row']}" for each in found["exposure"]]),
        ("Resources", list(_resources(found["resources"]))),
        ("Statements of IAM", [_statement(row) for row in found["statements"]]),
        ("Alarms", list(_rows(found["alarms"]))),
    ]
    yield from (part for part in parts if part[1])
    if found["folded"]:
        yield "Folded", [f"{found['folded']} properties differ in names and addresses alone"]
    elif not any(lines for _, lines in parts[:1] + parts[3:]):
        yield "Nothing else", ["no resource differs"]


def _first(row: Object) -> str:
    if row["action"] == "renamed":
        return f"! {row['kind']} {row['was']} is now {row['name']}: replaced, unless an alias names the old one"
    wanted = "not known" if row["action"] == "not known" else "replaces"
    causes = ", ".join(each["path"] for each in row["changes"] if each["effect"] == wanted)
    said = f"{causes}: {KNOWN_NOT}" if row["action"] == "not known" else row["action"]
    why = f", by {causes}" if causes and row["action"] == "replaced" else ""
    return f"{SIGNS[row['action']]} {row['kind']} {row['name']}: {said}{why}"


def _resources(rows: list[Object]) -> Iterator[str]:
    """By component, the tally beside it."""
    for component, group in groupby(rows, key=lambda row: row["component"]):
        within = list(group)
        tally = [f"{n} {action}" for action in SIGNS if (n := sum(row["action"] == action for row in within))]
        yield f"{component or 'outside components'}: {', '.join(tally)}"
        yield from (f"  {line}" for line in _rows(within))


def _rows(rows: list[Object]) -> Iterator[str]:
    for row in rows:
        causes = [each["path"] for each in row["changes"] if each["effect"] == "replaces"]
        why = f", replaced by {', '.join(causes)}" if causes else ""
        why = f", {KNOWN_NOT}" if row["action"] == "not known" else why
        yield f"{SIGNS[row['action']]} {row['kind']} {row['name']}{why}"
        yield from (f"    {_change(each)}" for each in row["changes"])


def _change(each: Object) -> str:
    mark = {"replaces": " (replaces)", "not known": f" ({KNOWN_NOT})"}.get(each.get("effect", ""), "")
    if _is_document(each["before"]) and _is_document(each["after"]):
        return f"{each['path']}: another document{mark}"
    return f"{each['path']}: {_value(each['before'])} → {_value(each['after'])}{mark}"


def _is_document(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(('{"', "[{"))


def _statement(row: Object) -> str:
    return f"{row['sign']} {row['name']}: {_short(row['statement'])}"


def _value(value: Any) -> str:
    return "nothing" if value is None else _short(value if isinstance(value, str) else json.dumps(value))


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"


def change_of(money: Object) -> str:
    """How much more all of it is afterwards, in words."""
    return whole_change(money["after"], money["before"], ((row["after"], row["before"]) for row in money["rows"]))


def other_most(money: Object) -> bool:
    """Whether scaling and growing may add another sum to the one than to the other, as far as both say."""
    most = money["most"]
    if None in (most["before"], most["after"]):
        return False
    before, after = (round(most[side] - (money[side] or 0), 2) for side in ("before", "after"))
    return before != after


def _sums(what: str, sums: Object) -> str:
    before, after = sums["before"], sums["after"]
    return f"{what}, {usd(before)} → {usd(after)}: {change(after, before)}"


def _money(money: Object) -> Iterator[str]:
    if money["before"] is None and money["after"] is None:
        yield "no price is known of either: costs/prices.csv has none of their regions"
        return
    yield f"{usd(money['before'])} → {usd(money['after'])} USD a month at list prices: {change_of(money)}"
    yield from (f"  {row['row']}: {change(row['after'], row['before'])}" for row in money["rows"])
    if other_most(money):
        yield _sums("at most", money["most"])
    if money["unassumed"]:
        if any(money["baseline"][side] != money[side] for side in ("before", "after")):  # else the sums said it
            yield _sums("without use", money["baseline"])
        yield from (f"  {said}" for said in money["unassumed"])
