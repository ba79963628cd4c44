"""What messages advise is accepted when it is followed, to the letter: measured on mutated stack files."""

import copy
import difflib
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.file import goyaml, reading
from settings.file.problems import InvalidSettings, Problem
from settings.file.stackfile import EngineLoader

ROOT = Path(__file__).parents[3]
PROJECT = "cloudplatform"
EACH = 100  # mutated files of each stack
ROUNDS = 6  # of following a message
Config = dict[str, Any]
Place = tuple[str | int, ...]
#: Advice that names a choice of words.
CHOICE = r"; (?:use|add) ([a-z][\w./-]*(?:, [a-z][\w./-]*)* or [a-z][\w./-]*)(?: \(|$)"
#: How other advice reads, and the value that follows it; the first that fits is taken.
FORMS = [
    (r"quote it: (\".*\")", lambda it: json.loads(it[1])),
    (r"remove the quotes: (\S+)", lambda it: json.loads(it[1])),
    (r"(?:use|add) text such as (\"[^\"]*\")", lambda it: json.loads(it[1])),
    (r"(?:use|add) a whole number(?: from| of)? ?(-?\d+)?", lambda it: int(it[1] or 256)),
    (r"(?:use|add) a number", lambda it: 1.5),
    (r"use (true|false) or", lambda it: it[1] == "true"),
    (r"use (true|false)\b", lambda it: it[1] == "true"),
    (r"did you mean `?([^`?]+)`?[?]", lambda it: it[1]),
    (r"use a free part such as (\S+)", lambda it: it[1]),
    (r"or use one such as (\S+)", lambda it: it[1]),
    (r"use a part of (\S+)", lambda it: it[1].replace("/16", "/24")),
    (r"use (?:less than |at most )?(\d+)( or less| or more|,|$)", lambda it: int(it[1]) - ("less than" in it[0])),
    (r"use \d+, \d+ or (\d+)", lambda it: int(it[1])),
    (r"use (?:one|a name) such as (\S+)", lambda it: it[1]),
    (r"[;] (?:use|add) ([a-zA-Z0-9][^ ,]*)(,| or |$)", lambda it: it[1]),
    (r"use a table", lambda it: dict[str, Any]()),
]


def problems(config: Config, stack: str) -> list[Problem]:
    texts = {key: goyaml.scalar(value) for key, value in config.items()}
    try:
        reading.read(texts, project=PROJECT, stack=stack)
    except InvalidSettings as found:
        return [*found.problems]
    return []


def place(config: Config, problem: Problem) -> Place:
    """Where a problem is, from the name of its field."""
    first, *below = re.findall(r"[^.\[\]]+", problem.field)
    key = first if ":" in first else f"{PROJECT}:{first}"
    return (key, *(int(part) if part.isdigit() else part for part in below))


def followed(config: Config, problem: Problem) -> Config | None:
    """The configuration as a message advises it; None where it leaves that to the reader."""
    changed, path = copy.deepcopy(config), place(config, problem)
    table: Any = changed
    for part in path[:-1]:
        table = table[part] if isinstance(table, list) else table.setdefault(part, {})
    if problem.message.startswith("unknown key; did you mean"):
        meant = re.findall(r"`([^`]+)`", problem.message)[0]
        prefix = f"{path[0]}".partition(":")[0] + ":" if len(path) == 1 and ":" not in meant else ""
        table[prefix + meant] = table.pop(path[-1])
        return changed
    if re.search(r"cannot be a key here; use one such as `", problem.message):
        table[re.findall(r"`([^`]+)`", problem.message)[0]] = table.pop(path[-1])
        return changed
    if re.search(r"(remove it|name it once)", problem.message):
        del table[path[-1]]
        return changed
    if found := re.search(CHOICE, problem.message):  # a reader takes the one that was meant
        words = [*re.split(", | or ", found[1])]
        there = table[path[-1]] if isinstance(table, list) else table.get(path[-1], "")
        [word] = difflib.get_close_matches(str(there), words, n=1, cutoff=0)
        table[path[-1]] = {"true": True, "false": False}.get(word, word)
        return changed
    for form, value in FORMS:
        if found := re.search(form, problem.message):
            table[path[-1]] = value(found)
            return changed
    return None


def leaves(value: Any, path: Place = ()) -> list[Place]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for key, each in inner for leaf in leaves(each, (*path, key))]
    return below or [path]


def mutated(config: Config, chance: random.Random) -> Config:
    """A configuration with one value or one key as somebody mistypes it."""
    changed = copy.deepcopy(config)
    path = chance.choice([leaf for leaf in leaves(changed) if leaf and leaf[0] != "guard:exemptions"])
    table: Any = changed
    for part in path[:-1]:
        table = table[part]
    value = table[path[-1]]
    kinds: list[Any] = [lambda: str(value)[:-1], lambda: f"{value}x", lambda: True, lambda: -1, lambda: str(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        kinds = [lambda: value * 1000 + 1, lambda: -value, lambda: str(value), lambda: value + 0.5, lambda: True]
    if isinstance(path[-1], str) and chance.random() < 0.3:
        table[path[-1][:-1]] = table.pop(path[-1])
    else:
        table[path[-1]] = chance.choice(kinds)()
    return changed


def fixed(config: Config, stack: str) -> str:
    """What comes of a file whose messages are followed, the first first, until there is none."""
    for _ in range(ROUNDS):
        found = problems(config, stack)
        if not found:
            return "accepted"
        following = next((right for each in found if (right := followed(config, each)) is not None), None)
        if following is None:
            return "left to the reader"
        config = following
    return "refused"


@pytest.mark.parametrize("stack", ["dev", "staging", "prod", "shared"])
def test_advice_is_accepted_when_it_is_followed(stack: str) -> None:
    """In at least 95 of a hundred mutated files; where no message names a value, that is counted apart, and is rare."""
    config = yaml.load((ROOT / f"Pulumi.{stack}.yaml").read_text(), Loader=EngineLoader)["config"]
    chance, counts, others = random.Random(f"advice {stack}"), Counter[str](), list[str]()
    while counts.total() < EACH:
        wrong = mutated(config, chance)
        if found := problems(wrong, stack):
            came = fixed(wrong, stack)
            counts[came] += 1
            others += [f"{came}: {each}" for each in found if came != "accepted"]
    report = "\n".join([f"{dict(counts)}", *others])
    assert counts["accepted"] >= 0.95 * (counts["accepted"] + counts["refused"]), report
    assert counts["left to the reader"] <= 0.1 * EACH, report
