"""Stack files as Pulumi's engine reads them, and where in the file each value stands.

The program never sees the file, only what the engine made of it: a flat map from key to text, in which a table is JSON.
`tests/data/engine` holds what the engine made of many. Where the engine would pass on what nobody can mean (two
spellings of one key, a date as a key), this reader is stricter.
"""

import base64
import binascii
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from settings.file import goyaml, syntax
from settings.file.goyaml import Value
from settings.file.namespaces import NAMESPACE
from settings.file.problems import InvalidSettings, Problem, named, printed, shown

if TYPE_CHECKING or yaml.__with_libyaml__:
    from yaml import CSafeLoader
else:  # a build of PyYAML without LibYAML
    CSafeLoader = yaml.SafeLoader

KeyPath = tuple[str | int, ...]  #: a configuration key, then the keys and positions below it
Position = tuple[int, int]  #: line and column, from one
Positions = dict[KeyPath, Position]
Entry = tuple[str, yaml.Node, yaml.Node]  #: a key, the node that it is written in, its value

PLACEHOLDER = "[secret]"  #: what stands for an encrypted value where it cannot be decrypted; the engine's own word
FILE = "stack file"  #: the field of problems with the file as a whole
VALUES = 100_000  #: more than any real file has; a stop for aliases of aliases
DEEP = "nests too deeply to be read; a stack file needs a dozen levels"
LEVELS = 2000  #: a file that could have as many is not for LibYAML
TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class StackFile:
    """A stack file's configuration, and where it stands."""

    config: dict[str, str]  #: as the engine hands it to the program
    secret_keys: frozenset[str]
    positions: Positions  #: of the key in a table, of the item in a list; () is `config` itself
    #: bare values that are no text, as they are written: 012, 1.10, 2026-01-01; where nothing is, ""
    written: dict[KeyPath, str]


def read(path: Path, project: str) -> dict[str, str]:
    """A stack file's configuration as the engine hands it to the program, encrypted values replaced by PLACEHOLDER."""
    return load(path, project).config


def load(path: Path, project: str) -> StackFile:
    """Read a stack file, and the defaults in the Pulumi.yaml beside it. Raises InvalidSettings."""
    found = _Reader(path, project).stack()
    project_file = path.with_name("Pulumi.yaml")
    if project_file.is_file():
        for key, text in _Reader(project_file, project).defaults().items():
            found.config.setdefault(key, text)
    return found


class EngineResolver(yaml.resolver.Resolver):
    """A bare word has the type that it has to the engine."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """The tag of a node: of a bare word, what it is to the engine."""
        if kind is yaml.ScalarNode:
            return TAG + (goyaml.meaning(value)[0] if implicit[0] else "str")
        return cast(str, super().resolve(kind, value, implicit))


class EngineLoader(EngineResolver, yaml.SafeLoader):
    """PyYAML's parser, which knows best what is wrong with a file."""

    def scan_to_next_token(self) -> None:
        """Skip tabs too, wherever they do not indent."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()


class CEngineLoader(EngineResolver, CSafeLoader):
    """LibYAML, of which the engine's parser is a port: five times as fast."""


@lru_cache(maxsize=16)
def _composed(content: bytes) -> yaml.Node | None:
    """The first document's root. A file is read for its configuration, for its positions and by the program."""
    if not _flat(content):
        return _root_of(EngineLoader(content))
    try:
        found = _root_of(CEngineLoader(content))
    except (yaml.YAMLError, ValueError):
        _root_of(EngineLoader(content))  # which says better what is wrong; what it reads, the engine reads otherwise
        raise
    if b"?" in content:
        _refuse_questions(content)
    return found


def _refuse_questions(content: bytes) -> None:
    """Raise where a bare word in brackets holds `?`: the engine's parser ends the word there, LibYAML reads on."""
    flows: list[bool] = []
    for event in cast(Iterator[Any], yaml.parse(content, CSafeLoader)):
        if isinstance(event, yaml.DocumentEndEvent):
            return
        if isinstance(event, yaml.CollectionStartEvent):
            flows.append(bool(event.flow_style))
        elif isinstance(event, yaml.CollectionEndEvent):
            flows.pop()
        elif isinstance(event, yaml.ScalarEvent) and not event.style and flows[-1:] == [True] and "?" in event.value:
            raise yaml.MarkedYAMLError(problem=syntax.QUESTION, problem_mark=event.start_mark)


def _root_of(loader: Any) -> yaml.Node | None:
    return loader.get_node() if loader.check_node() else None


def _flat(content: bytes) -> bool:
    """Whether nothing in a file can nest deeply, where LibYAML knows no end: a level takes a bracket or a column."""
    return content.count(b"[") + content.count(b"{") + max(map(len, content.splitlines()), default=0) < LEVELS


@dataclass
class _Reader:
    """Turns one file into values, remembering where they stand and what is wrong with them."""

    path: Path
    project: str
    config: dict[str, str] = field(default_factory=dict[str, str])
    secret_keys: set[str] = field(default_factory=set[str])
    positions: Positions = field(default_factory=Positions)
    written: dict[KeyPath, str] = field(default_factory=dict[KeyPath, str])
    problems: list[Problem] = field(default_factory=list[Problem])
    values: int = 0

    def stack(self) -> StackFile:
        for key, key_node, node in self._config():
            self._take(key, key_node, node)
        self._stop_if_wrong()
        return StackFile(self.config, frozenset(self.secret_keys), self.positions, self.written)

    def defaults(self) -> dict[str, str]:
        """What Pulumi.yaml gives every stack: a bare value, or a table with `default` or `value`."""
        for key, key_node, node in self._config():
            inner = self._entries(node, (key,)) if isinstance(node, yaml.MappingNode) else [("value", key_node, node)]
            for word, _, value in inner:
                if word in ("default", "value"):
                    self._take(key, key_node, value)
        self._stop_if_wrong()
        return self.config

    def _config(self) -> Iterator[Entry]:
        """The entries below `config`; none if the file has no configuration."""
        root = self._root()
        self.positions[()] = (1, 1)
        if root is None or root.tag == TAG + "null":
            return
        if not isinstance(root, yaml.MappingNode):
            self._refuse((FILE,), root, "is not a table; begin with `config:` and write the keys below it")
            return
        entries = list(self._entries(root, ()))
        for key, key_node, node in entries:
            if key != "config":
                self._refuse_stray(key, key_node, has_config=any(each == "config" for each, *_ in entries))
                continue
            self.positions[()] = _position(key_node)
            if isinstance(node, yaml.MappingNode):
                yield from self._entries(node, ())
            elif node.tag != TAG + "null":
                self._refuse(("config",), node, "is not a table; write the keys below it, one a line")

    def _refuse_stray(self, key: str, node: yaml.Node, *, has_config: bool) -> None:
        """A configuration key beside `config`, which the engine ignores."""
        if key != key.strip():
            self._refuse((FILE,), node, syntax.ODD_SPACE)
        elif ":" in key and has_config:
            self._refuse((key,), node, "stands beside `config:`, where nobody reads it; indent it")
        elif ":" in key and not any(problem.field == FILE for problem in self.problems):
            self._refuse((FILE,), node, "has no `config:`; begin with that, and indent the keys below it")

    def _root(self) -> yaml.Node | None:
        """The first document's root, as the engine takes it. Raises InvalidSettings if it is not YAML."""
        position, message = (1, 1), DEEP
        content = self._content()
        if marker := syntax.conflict(content.decode(errors="replace")):
            self._problem((FILE,), (marker, 1), syntax.CONFLICT)
            raise InvalidSettings(self.problems)
        try:
            return _composed(content)
        except yaml.MarkedYAMLError as error:
            position, message = syntax.explain(error, content.decode(errors="replace"))
        except yaml.reader.ReaderError as error:
            message = f"holds a character that YAML forbids ({error.reason})"
        except ValueError:  # PyYAML's own, for "\U00110000"
            message = "holds an escape such as \\U00110000 that is no character"
        except RecursionError:
            pass
        self._problem((FILE,), position, message)
        raise InvalidSettings(self.problems)

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        except OSError as error:
            message = f"cannot be read ({error.strerror}); name an existing Pulumi.<stack>.yaml"
            raise InvalidSettings([Problem(field=printed(self.path), message=message)]) from None

    def _take(self, key: str, key_node: yaml.Node, node: yaml.Node) -> None:
        """Add a configuration key."""
        full = self._complete(key)
        if full.count(":") != 1:
            self._refuse((FILE,), key_node, f"{shown(key)} is not a configuration key; use namespace:name")
        elif full in self.config:
            self._refuse((full,), key_node, f"is written twice, as {full} and in another form; keep one")
        else:
            self.positions[(full,)] = _position(key_node)
            try:
                self.config[full] = goyaml.scalar(self._value(node, (full,), ()))
            except RecursionError:
                self._refuse((full,), node, DEEP)

    def _complete(self, key: str) -> str:
        """namespace:name, as the engine completes and shortens keys."""
        match key.split(":"):
            case [name]:
                return f"{self.project}:{name}"
            case [namespace, "config", name]:
                return f"{namespace}:{name}"
            case _:
                return key

    def _value(self, node: yaml.Node, path: KeyPath, within: tuple[yaml.Node, ...]) -> Value:
        """What a node means; `within` are the nodes around it, which an alias could name again."""
        self.values += 1
        if self.values > VALUES:
            self._refuse(path, node, f"more than {VALUES} values up to here; are there aliases of aliases?")
            self._stop_if_wrong()
        if node in within:
            self._refuse(path, node, "contains itself; write the value instead of the alias")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*path, index), (*within, node)) for index, item in enumerate(node.value)]
        return self._table(node, path, (*within, node))

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Value:
        tag = node.tag.removeprefix(TAG)
        if tag == "binary":
            return self._binary(node, path)
        if tag not in ("int", "float", "bool", "null", "timestamp"):  # others, and tags of one's own, are text
            value = node.value
            if any("\ud800" <= character <= "\udfff" for character in value):
                self._refuse(path, node, syntax.SURROGATE)
            return value
        found, value = goyaml.meaning(node.value, quoted=bool(node.style) and tag != "timestamp")
        if found != tag and (found, tag) != ("int", "float"):
            self._refuse(path, node, f"{shown(node.value)} is no {tag}; remove the tag !!{tag}")
        if isinstance(value, float) and not math.isfinite(value):
            self._refuse(path, node, f"{node.value} is no number that JSON can carry; use one with digits")
            return None
        if tag != "null" or not node.value:
            self.written[path] = node.value
        return value

    def _binary(self, node: yaml.ScalarNode, path: KeyPath) -> str:
        try:
            return base64.b64decode(node.value, validate=False).decode()
        except (binascii.Error, UnicodeDecodeError):
            self._refuse(path, node, "is not text in base64; remove the tag !!binary")
            return ""

    def _item(self, node: yaml.Node, path: KeyPath, within: tuple[yaml.Node, ...]) -> Value:
        self.positions[path] = _position(node)
        return self._value(node, path, within)

    def _table(self, node: yaml.Node, path: KeyPath, within: tuple[yaml.Node, ...]) -> Value:
        table: dict[str, Value] = {}
        for key, key_node, value in self._entries(node, path):
            self.positions[(*path, key)] = _position(key_node)
            table[key] = self._value(value, (*path, key), within)
        if list(table) == ["secure"] and isinstance(table["secure"], str):
            self.secret_keys.add(str(path[0]))
            return PLACEHOLDER
        return table

    def _entries(self, node: yaml.Node, path: KeyPath) -> Iterator[Entry]:
        """A table's own entries, then those that `<<` merges in and it does not have itself."""
        seen: set[str] = set()
        merged: list[yaml.Node] = []
        for key_node, value in node.value:
            key = self._key(key_node, path)
            if key in seen:
                self._refuse((*path, key), key_node, "is written twice in the same table; keep one")
            elif key == "<<" and key_node.tag == TAG + "merge":
                seen.add(key)
                merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
            elif key is not None:
                seen.add(key)
                yield key, key_node, value
        for table in merged:
            if not isinstance(table, yaml.MappingNode):
                self._refuse(path, table, "<< merges tables into this one; give it the alias of a table")
                continue
            fresh = [entry for entry in self._entries(table, path) if entry[0] not in seen]
            seen.update(key for key, _, _ in fresh)
            yield from fresh

    def _key(self, node: yaml.Node, path: KeyPath) -> str | None:
        """The text of a key; in tables a number or truth value becomes text, as it does for the engine."""
        tag = node.tag.removeprefix(TAG)
        words = ("str", "merge", "int", "bool") if path else ("str", "merge")
        if isinstance(node, yaml.CollectionNode) or tag not in words:
            self._refuse(path or (FILE,), node, "this key is not text; quote it")
            return None
        return goyaml.scalar(goyaml.meaning(node.value)[1]) if tag in ("int", "bool") else node.value

    def _refuse(self, path: KeyPath, node: yaml.Node, message: str) -> None:
        self._problem(path, _position(node), message)

    def _problem(self, path: KeyPath, position: Position, message: str) -> None:
        name = named(str(path[0]).removeprefix(f"{NAMESPACE}:").removeprefix(f"{self.project}:"), path[1:])
        line, column = position
        self.problems.append(Problem(field=name, message=message, file=printed(self.path), line=line, column=column))

    def _stop_if_wrong(self) -> None:
        if self.problems:
            raise InvalidSettings(self.problems)


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1
