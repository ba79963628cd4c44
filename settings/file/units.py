"""Units: what a number in a stack file counts, and the number that somebody means who writes a unit beside it."""

import re
from typing import Final, NamedTuple

#: Each kind of unit: how people write it, and how many of the kind's smallest it is. A number alone counts what its
#: table says, so MB and MiB are one here: AWS calls its sizes by either.
KINDS: Final[tuple[dict[str, int], ...]] = (
    {
        **dict.fromkeys(("b", "byte"), 1),
        **dict.fromkeys(("k", "kb", "kib"), 2**10),
        **dict.fromkeys(("m", "mb", "mib"), 2**20),
        **dict.fromkeys(("g", "gb", "gib"), 2**30),
        **dict.fromkeys(("t", "tb", "tib"), 2**40),
    },
    {
        **dict.fromkeys(("ms", "msec", "millisecond"), 1),
        **dict.fromkeys(("s", "sec", "second"), 1_000),
        **dict.fromkeys(("m", "min", "minute"), 60_000),
        **dict.fromkeys(("h", "hr", "hour"), 3_600_000),
        **dict.fromkeys(("d", "day"), 86_400_000),
        **dict.fromkeys(("w", "week"), 604_800_000),
    },
    {"cpu unit": 1, "vcpu": 1024, "cpu": 1024},
    dict.fromkeys(("%", "percent"), 1),
    dict.fromkeys(("$", "usd", "us dollar", "dollar"), 1),
)
#: A number with something before or behind it: 512MB, 20 GiB, 80%, $600.
MEASURED: Final = re.compile(r"(\$?) ?(-?\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z%$][A-Za-z ]*)?")
WORDS: Final = "CPU units|US dollars|milliseconds|seconds|minutes|hours|days|percent|MiB|GiB|MB|GB"
#: Where a description says what its number counts: at its beginning, or alone at the end of its first part.
SAID: Final = re.compile(rf"^(?:free )?({WORDS})\b|, ({WORDS})(?:,|$)|(CPU units)")


class Unit(NamedTuple):
    """What a number counts."""

    name: str

    def meant(self, text: str) -> float | None:
        """The number of these that a text with a unit means; None where it has none, or one of another kind."""
        if not (found := MEASURED.fullmatch(text.strip())):
            return None
        written, own = _known(found[1] or found[3] or ""), _known(self.name)
        for kind in KINDS:
            if written in kind and own in kind:
                number = float(found[2]) * kind[written] / kind[own]
                return int(number) if number.is_integer() else number
        return None


def unit(key: str, description: str) -> Unit | None:
    """What the number of a key counts: its name's last word says it, or its description."""
    last = key.rpartition("-")[2]
    if last in WORDS.split("|"):
        return Unit(last)
    found = SAID.search(description)
    return Unit(next(filter(None, found.groups()))) if found else None


def _known(word: str) -> str:
    """A unit's word as the table has it: 512 MB, 5 Minutes."""
    plain = word.strip().lower()
    return next((each for kind in KINDS for each in (plain, plain.removesuffix("s")) if each in kind), plain)
