"""Where in the stack file a finding comes from: the word whose value the property has.

The program turns words into properties, and nobody keeps which became which. A word is named only where one alone
fits: it stands in the resource's own table, has the property's value, and shares words with the property, or has a
text that stands nowhere else. The posture is named where it alone gives the property its value.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from preview.pack import Note
from preview.recording import Recording
from preview.wire import UNKNOWN
from settings.file.namespaces import NAMESPACE
from settings.file.problems import named, printed
from settings.file.stackfile import KeyPath, Position
from settings.posture import POSTURES, Posture

#: A shorter text stands in many places by chance.
MIN_LENGTH = 6
STEM = 7
#: What a word says that leaves a property out.
OFF: tuple[Any, ...] = (False, "disabled", "none")
#: Words that say in what something is counted, or that it is on: things that have them share nothing by it.
UNITS = frozenset({"in", "day", "hour", "minute", "second", "mib", "gib", "percent", "enabled"})
#: What the posture gives, by the property that has it.
POSTURED: Mapping[str, Callable[[Posture], Any]] = {
    "deletionProtection": lambda posture: posture.deletion_protection,
    "deletionProtectionEnabled": lambda posture: posture.deletion_protection,
    "enableDeletionProtection": lambda posture: posture.deletion_protection,
    "forceDelete": lambda posture: posture.force_destroy,
    "forceDestroy": lambda posture: posture.force_destroy,
    "recoveryWindowInDays": lambda posture: posture.secret_days,
    "skipFinalSnapshot": lambda posture: not posture.final_snapshot,
}
_PROPERTY = re.compile(r"`([A-Za-z][\w.\[\]]*)`")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

Causes = Mapping[Note, str]


def causes(recording: Recording, notes: tuple[Note, ...], config: Mapping[str, str], file: "FilePositions") -> Causes:
    """By note, the line and word of the stack file that it comes from, as `Pulumi.dev.yaml:23:7 database.multi-az`."""
    leaves = [(path, value) for path, value in _leaves(config) if path in file.positions] if notes else []
    found = {note: _cause(recording, note, leaves) for note in notes}
    return {note: file.named(path) for note, path in found.items() if path}


class FilePositions:
    """Positions in a stack file, and how messages write them."""

    def __init__(self, file: Path, project: str, positions: Mapping[KeyPath, Position]) -> None:
        self.file, self.project, self.positions = file, project, positions

    def named(self, path: KeyPath) -> str:
        """A path with its file, line and column, as messages on settings have it."""
        line, column = self.positions[path]
        word = named(str(path[0]).removeprefix(f"{NAMESPACE}:").removeprefix(f"{self.project}:"), path[1:])
        return f"{printed(self.file)}:{line}:{column} {word}"


def _leaves(config: Mapping[str, str]) -> Iterator[tuple[KeyPath, Any]]:
    for key, text in config.items():
        yield from _below((key,), _data(text))


def _data(text: str) -> Any:
    """A text that is JSON, parsed: a table, or a document such as a container definition."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _below(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, (dict, list)):
        entries: Any = cast(Any, value).items() if isinstance(value, dict) else enumerate(cast(list[Any], value))
        for key, inner in entries:
            yield from _below((*path, key), inner)
    else:
        yield path, value


def _cause(recording: Recording, note: Note, leaves: list[tuple[KeyPath, Any]]) -> KeyPath | None:
    resource = recording.resources.get(note.urn)
    properties = _PROPERTY.findall(note.message)
    if resource is None or not properties:
        return None
    top = re.split(r"[.\[]", properties[-1], maxsplit=1)[0]
    given = resource.inputs.get(top)
    data = _data(given) if isinstance(given, str) and given[:1] in ("{", "[") else given
    values = [value for _, value in _below((), data) if value not in (None, "", UNKNOWN)]
    about = _words(properties[-1]) - UNITS
    rated = [
        (len(about & _words(*map(str, path[-2:]))), path)
        for path, value in leaves
        if (any(_same(value, each) for each in values) if values else value in OFF) and _owns(path, resource.name)
    ]
    fitting = [one for one in rated if one[0] or (values and _distinctive(one[1], leaves))]
    best = max((shared for shared, _ in fitting), default=0)
    named_so = [path for shared, path in fitting if shared == best]
    if len(named_so) == 1:
        return named_so[0]
    return next((path for path, value in leaves if _postured(properties[-1], given, path, value)), None)


def _owns(path: KeyPath, resource: str) -> bool:
    """Whether a word stands in the table, and under the name, that a resource is named after."""
    table, *names = str(path[0]).rpartition(":")[2], *path[1:-1]
    words = _words(resource)
    return len(path) > 1 and bool(_words(table) & words) and _words(*map(str, names)) <= words


def _postured(name: str, given: Any, path: KeyPath, value: Any) -> bool:
    """Whether the posture explains the property: it gives this value, and the strongest posture gives another."""
    is_posture = len(path) == 1 and str(path[0]).endswith(":posture") and value in POSTURES
    if not is_posture or name not in POSTURED:
        return False
    gives = POSTURED[name]
    has = given if given is not None else False  # what is not there is off
    return _same(gives(POSTURES[value]), has) and gives(POSTURES["protected"]) != has


def _same(word: Any, value: Any) -> bool:
    return type(word) is type(value) and word == value


def _distinctive(path: KeyPath, leaves: list[tuple[KeyPath, Any]]) -> bool:
    value = dict(leaves)[path]
    return isinstance(value, str) and len(value) >= MIN_LENGTH and len([one for _, one in leaves if one == value]) == 1


def _words(*texts: str) -> set[str]:
    """The stems of a name's words, so that `versioning` and `versioned` are alike."""
    return {word.lower().rstrip("s")[:STEM] for text in texts for word in _WORD.findall(text)}
