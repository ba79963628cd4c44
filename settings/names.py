"""Physical names: by a pattern a kind, or exactly as the stack file says, within each kind's limit."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from settings.tables.names import DEFAULT, LIMITS, PATHS, PATTERNS, NamesTable

#: The shortest identifier and its hash that a limit must leave room for.
ROOM = len("-tg-x-0000")
_PART = re.compile(r"([-_./]?)\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of one stack's resources."""

    project: str
    environment: str
    table: NamesTable = field(default_factory=NamesTable)

    @property
    def prefix(self) -> str:
        """What names begin with by the product's own patterns."""
        return f"{self.project}-{self.environment}"

    def at(self, environment: str) -> "Names":
        """The names of another environment of the same system."""
        return replace(self, environment=environment)

    def of(self, kind: str, *words: str) -> str:
        """The name of a resource of a kind in LIMITS; too long a name is cut and ends in 4 hex of the whole."""
        exact = self.exact(kind, *words)
        return exact or self._cut(kind, self._filled(kind, words))

    def replaceable(self, kind: str, *words: str, forced: Mapping[str, object]) -> str:
        """A name that ends in 4 hex of what forces a replacement, so that the new one can stand beside the old.

        A pattern without {hash} is the stack file's: then `stays` is true, and the old one must go first.
        """
        if self.stays(kind, *words):
            return self.of(kind, *words)
        whole = self._filled(kind, words)
        digest = _hex(whole + json.dumps(forced, sort_keys=True))
        return f"{whole[: LIMITS[kind] - 5].rstrip('-')}-{digest}"

    def stays(self, kind: str, *words: str) -> bool:
        """Whether a replacement of a replaceable resource has the same name, so that the old one must go first."""
        return bool(self.exact(kind, *words)) or "{hash}" not in self._pattern(kind)

    def exact(self, kind: str, *words: str) -> str | None:
        """The name that the stack file gives a resource, if any."""
        return self.table.exact.get(kind, {}).get(_joined(kind, words))

    def begins(self, kind: str) -> str:
        """What the names of a kind begin with, before the identifier."""
        pattern = self._pattern(kind).split("{id}")[0]
        return self._fill(pattern, {"kind": kind})

    def shortest(self, kind: str) -> str:
        """A name with the shortest identifier, and a hash where names of this kind are replaced or cut."""
        name = self._filled(kind, ("x",))
        return f"{name}-0000" if "{hash}" in self._pattern(kind) else name

    def _pattern(self, kind: str) -> str:
        """The stack file's own pattern of a kind, the product's, or a default."""
        given = self.table.patterns
        return given.get(kind) or PATTERNS.get(kind) or given.get(DEFAULT) or PATTERNS[DEFAULT]

    def _filled(self, kind: str, words: tuple[str, ...]) -> str:
        return self._fill(self._pattern(kind), {"kind": kind, "id": _joined(kind, words)}).strip("-")

    def _fill(self, pattern: str, values: Mapping[str, str]) -> str:
        """A pattern with its values; an empty one goes with the separator before it."""
        known = {"project": self.project, "environment": self.environment, **values}

        def part(found: re.Match[str]) -> str:
            value = known.get(found[2], "")
            return found[1] + value if value else ""

        return _PART.sub(part, pattern)

    def _cut(self, kind: str, whole: str) -> str:
        if len(whole) <= LIMITS[kind]:
            return whole
        return f"{whole[: LIMITS[kind] - 5].rstrip('-')}-{_hex(whole)}"


def _joined(kind: str, words: tuple[str, ...]) -> str:
    return ("/" if kind in PATHS else "-").join(words)


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4]
