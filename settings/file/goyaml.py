"""What Pulumi's engine makes of a YAML word, and how it writes JSON: as Go's yaml.v3 and encoding/json do.

PyYAML differs: to Go `on`, `yes` and `20:00` are text, 012 is ten, and a bare date is a point in time.
"""

import calendar
import json
import math
import re
from decimal import Decimal
from typing import Final

Value = str | int | float | bool | list["Value"] | dict[str, "Value"] | None

_WORDS: dict[str, tuple[str, Value]] = {
    **dict.fromkeys(("true", "True", "TRUE"), ("bool", True)),
    **dict.fromkeys(("false", "False", "FALSE"), ("bool", False)),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ("null", None)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), ("float", math.nan)),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), ("float", math.inf)),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), ("float", -math.inf)),
    "<<": ("merge", "<<"),
}
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII)
_BASES = (16, 2, 8, 10)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_BETWEEN = re.compile(r"(?<=[0-9])_(?=[0-9])")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?"
_TIME = re.compile(rf"{_DATE.pattern}(?: +{_CLOCK}|[Tt]{_CLOCK}(Z|[-+][0-9]{{2}}:[0-9]{{2}}))")
#: How a bare date looks once the engine has read it; no field of ours is meant to hold this.
POINT_IN_TIME = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(\.\d+)? [-+]\d{4} (UTC|[-+]\d{4}|[A-Z]{3,5})")


def meaning(word: str, *, quoted: bool = False) -> tuple[str, Value]:
    """The type that a bare word has (str, int, float, bool, null, timestamp, merge), and its value."""
    if word in _WORDS:
        return _WORDS[word]
    if not quoted and (moment := _moment(word)):
        return "timestamp", moment
    plain = _BETWEEN.sub("", word) if word.startswith(".") else word[:1] + word[1:].replace("_", "")  # _1 is a word
    integer = _integer(plain)
    if integer is not None:
        return "int", integer
    if _FLOAT.fullmatch(plain) and math.isfinite(number := float(plain)):
        return "float", number
    return "str", word


def _integer(word: str) -> int | float | None:
    found = _INTEGER.fullmatch(word)
    if not found:
        return None
    sign, *digits = found.groups()
    base, text = next((base, text) for base, text in zip(_BASES, digits, strict=True) if text)
    if len(text) > 64:  # no 64 bits need more; Python refuses to convert thousands of digits
        return None
    value = int(sign + text, base)
    return value if -(2**63) <= value < 2**64 else None


def _moment(word: str) -> str | None:
    """2026-01-01 as Go prints a time: 2026-01-01 00:00:00 +0000 UTC."""
    found = _DATE.fullmatch(word) or _TIME.fullmatch(word)
    if not found:
        return None
    parts = [part for part in found.groups() if part is not None]
    zone = parts.pop() if parts[-1][0] in "+-Z" else "Z"
    year, month, day, hour, minute, second = [*map(int, parts[:6]), 0, 0, 0][:6]
    if not (1 <= month <= 12 and 1 <= day <= _days(year, month) and hour < 24 and minute < 60 and second < 60):
        return None
    fraction = parts[6][:9].rstrip("0") if len(parts) > 6 else ""
    offset = "+0000 UTC" if zone in ("Z", "+00:00", "-00:00") else " ".join([zone.replace(":", "")] * 2)
    clock = f"{hour:02}:{minute:02}:{second:02}{fraction and '.' + fraction}"
    return f"{year:04}-{month:02}-{day:02} {clock} {offset}"


def _days(year: int, month: int) -> int:
    return 29 if month == 2 and calendar.isleap(year) else calendar.monthrange(2001, month)[1]


_word: Final = json.JSONEncoder(ensure_ascii=False).encode  # made once: `json.dumps` makes one in each call


def dumps(value: Value) -> str:
    """JSON as Go writes it: sorted, without spaces, and safe in HTML."""
    text = _json(value)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _json(value: Value) -> str:
    match value:
        case bool() | None | str():
            return _word(value)
        case int() if -(2**63) <= value < 2**63:
            return str(value)
        case int() | float():  # inside a table the engine holds unsigned 64 bits in a float
            return _number(float(value))
        case list():
            return f"[{','.join(map(_json, value))}]"
        case dict():
            return "{" + ",".join(f"{_json(key)}:{_json(value[key])}" for key in sorted(value)) + "}"


def _number(value: float) -> str:
    """1e+21 and 1e-7 with an exponent, everything between without, 1.0 as 1."""
    if value == 0:
        return "0"
    digits = Decimal(repr(value)).normalize()
    if 1e-6 <= abs(value) < 1e21:
        return format(digits, "f")
    mantissa, _, exponent = format(digits, "e").partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def scalar(value: Value) -> str:
    """The text of a configuration key's value: words as they are, nothing as "", tables and lists as JSON."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value is None else value if isinstance(value, str) else dumps(value)
