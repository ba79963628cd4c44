"""Stack files with a mistake that somebody might make, and what comes of them when messages are followed."""

import copy
import difflib
import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from settings.file import goyaml, reading, stackfile
from settings.file.problems import InvalidSettings, Problem
from settings.file.stackfile import CEngineLoader
from settings.settings import Settings
from tests.stacks import project, stack_file

NAMESPACE = "cloudplatform"
ROUNDS = 6  # of following a message
READINGS = 30  # of one file, while its reader tries what messages name
GONE = object()  #: what is removed
Config = dict[str, Any]
Place = tuple[str | int, ...]
#: Advice that names a choice of words or of numbers; a reader tries one after the other, the likeliest first.
CHOICE = r"(?:; |MB )(?:use|add) ([a-z0-9][\w./-]*(?:, [a-z0-9][\w./-]*)* or [a-z0-9][\w./-]*)(?: \(|$|, or )"
#: How other advice reads, and the value that follows it.
FORMS = [
    (r"quote it: (\".*\")", lambda it: json.loads(it[1])),
    (r"remove the quotes: (\S+)", lambda it: json.loads(it[1])),
    (r"has a unit; write (\S+)", lambda it: json.loads(it[1])),
    (r"(?:use|add) text such as (\"[^\"]*\")", lambda it: json.loads(it[1])),
    (r"(?:use|add) a whole number(?: from| of)? ?(-?\d+)?", lambda it: int(it[1] or 256)),
    (r"(?:use|add) a number", lambda it: 1.5),
    (r"use (true|false)\b", lambda it: it[1] == "true"),
    (r"or [a-z-]+: (true|false)$", lambda it: it[1] == "true"),
    (r"did you mean `?([^`?]+)`?[?]", lambda it: it[1]),
    (r"use a free part such as (\S+)", lambda it: it[1]),
    (r"or use one such as (\S+)", lambda it: it[1]),
    (r"such as (\d+\.\d+\.\d+\.\d+/\d+)$", lambda it: it[1]),
    (r"use a part of (\S+)", lambda it: it[1].replace("/16", "/24")),
    (r"use more than (\d+)", lambda it: int(it[1]) + 1),
    (r"use (?:less than |at most )?(\d+)( or less| or more|,|$)", lambda it: int(it[1]) - ("less than" in it[0])),
    (r"use (?:one|a name) such as (\S+)", lambda it: it[1]),
    (r"[;] (?:use|add) ([a-zA-Z0-9][^ ,]*)(,| or |$)", lambda it: it[1]),
]


def committed(stack: str) -> Config:
    """The configuration of a committed stack file, as the engine reads it."""
    return yaml.load(stack_file(stack).read_text(), Loader=CEngineLoader)["config"]


def read(config: Config, stack: str) -> tuple[Settings | None, list[Problem]]:
    """What a configuration says, or what is wrong with it; quick, since no file is read."""
    system = project(stack)[0]
    texts = {key if ":" in key else f"{system}:{key}": goyaml.scalar(value) for key, value in config.items()}
    try:
        return reading.read(texts, project=system, stack=stack.rpartition("/")[2]), []
    except InvalidSettings as wrong:
        return None, [*wrong.problems]


def read_file(config: Config, stack: str, folder: Path) -> tuple[Settings | None, list[Problem]]:
    """The same of a file, as a preview reads it; problems have their places."""
    name = stack.rpartition("/")[2]
    file = folder / f"Pulumi.{name}.yaml"
    file.write_text(yaml.dump({"config": config}, Dumper=Plain, sort_keys=False, allow_unicode=True))
    system = project(stack)[0]
    try:
        found = stackfile.load(file, system)
        asked = {"project": system, "stack": name, "secret_keys": found.secret_keys, "file": file}
        return reading.read(found.config, **asked), []
    except InvalidSettings as wrong:
        return None, [*wrong.problems]


class Plain(yaml.CSafeDumper):
    """Writes equal tables out instead of naming the first again: a file as people write it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def place(config: Config, problem: Problem) -> Place:
    """Where a problem is, from the name of its field."""
    first, *below = re.findall(r'"(?:[^"\\]|\\.)*"|[^.\[\]]+', problem.field)
    parts = [json.loads(part) if part.startswith('"') else part for part in (first, *below)]
    key = parts[0] if ":" in parts[0] else f"{NAMESPACE}:{parts[0]}"
    return (key, *(int(part) if part.isdigit() else part for part in parts[1:]))


def followed(config: Config, problem: Problem) -> Iterator[Config]:
    """The configuration as a message advises it, once for each way that it names; none where it names no value."""
    path, message = place(config, problem), problem.message
    for key, value in _advised(path, message, _at(config, path)):
        changed = copy.deepcopy(config)
        table: Any = changed
        for part in path[:-1]:
            table = table[part] if isinstance(table, list) else table.setdefault(part, {})
        if value is GONE:
            del table[path[-1]]
        elif key != path[-1]:
            table[key] = table.pop(path[-1])
        else:
            table[key] = value
        yield changed


def _at(config: Any, path: Place) -> Any:
    for part in path:
        if not isinstance(config, dict | list) or (isinstance(config, dict) and part not in config):
            return None
        config = config[part]
    return config


def _advised(path: Place, message: str, there: Any) -> Iterator[tuple[str | int, Any]]:
    """Key and value, each way that a message names."""
    key = path[-1]
    if re.match(r"unknown (key|namespace); did you mean", message) or "cannot be a key here; use one" in message:
        meant = re.findall(r"`([^`]+)`", message)[0]
        prefix = f"{key}".partition(":")[0] + ":" if len(path) == 1 and ":" not in meant else ""
        yield prefix + meant, there
        return
    if found := re.search(CHOICE, message):
        words = re.split(", | or ", found[1])
        near = difflib.get_close_matches(str(there), words, n=1, cutoff=0)
        for word in dict.fromkeys([*near, *words]):
            yield key, {"true": True, "false": False}.get(word, int(word) if word.isdigit() else word)
    elif (isinstance(there, dict) or "has no parameter of" in message) and (
        found := re.search(r"; did you mean (\S+)[?]", message)
    ):
        yield found[1], there  # the key is what is wrong
    elif "use a table" in message:  # the one that stands in a list, or one to be filled
        yield key, there[0] if isinstance(there, list) and there and isinstance(there[0], dict) else {}
    elif "use a list" in message:
        yield key, [there] if there else []
    else:
        values = (value(found) for form, value in FORMS if (found := re.search(form, message)))
        yield from ((key, value) for value in itertools.islice(values, 1))
    if re.search(r"(remove (it|this|the key)|name it once)", message):
        yield key, GONE


def leaves(value: Any, path: Place = ()) -> Iterator[Place]:
    """The path of each value that holds no other."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not inner:
        yield path
    for key, each in inner:
        yield from leaves(each, (*path, key))


def mutated(config: Config, chance: random.Random) -> tuple[Config, Place]:
    """A configuration with one value or one key as somebody mistypes it, anywhere in the file; and where."""
    changed = copy.deepcopy(config)
    path = chance.choice([*leaves(changed)])
    if chance.random() < 0.1:  # a whole table instead of one of its values
        path = path[: chance.randint(1, len(path))]
    table: Any = changed
    for part in path[:-1]:
        table = table[part]
    key = path[-1]
    if isinstance(key, str) and chance.random() < 0.3:
        table[_mistyped(key, chance)] = table.pop(key)
    else:
        table[key] = chance.choice(_mistakes(table[key]))
    return changed, path


def _mistakes(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [None, "", str(next(iter(value), "x")), True, [value]]
    if isinstance(value, int) and not isinstance(value, bool):
        return [value * 1000 + 1, -value, str(value), value + 0.5, True]
    return [str(value)[:-1], f"{value}x", True, -1, str(value)]


def _mistyped(key: str, chance: random.Random) -> str:
    """A letter less, two changed, or another namespace's."""
    at = chance.randrange(len(key) - 1) if len(key) > 1 else 0
    swapped = key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :]
    return chance.choice([key[:-1], swapped, key[:at] + key[at + 1 :]])


def fixed(config: Config, stack: str) -> str:
    """What comes of a file whose messages are followed until there is none: accepted, refused, left to the reader."""
    left, came = READINGS, "left to the reader"
    waiting = [(config, 0)]  # the way that was named first is tried first
    while waiting and left:
        config, rounds = waiting.pop()
        found, left = read(config, stack)[1], left - 1
        if not found:
            return "accepted"
        ways = next((ways for each in found if (ways := [*followed(config, each)])), [])
        came = "refused" if ways else came
        if rounds < ROUNDS:
            waiting += [(way, rounds + 1) for way in reversed(ways)]
    return came if left and came != "refused" else "refused"
