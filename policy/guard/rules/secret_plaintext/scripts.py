"""Secrets in plain sight within data, documents and scripts, in what they encode in base64 too."""

from __future__ import annotations

import binascii
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

from guard.model.graph import UNKNOWN, items
from guard.rules.secret_plaintext.detection import Name, known_format, literal, name_class, told


class Hit(NamedTuple):
    """A secret in plain sight: the name it goes by, if any, and what tells that it is one."""

    name: str
    what: str


def hits(value: Any, name: str = "") -> Iterator[Hit]:
    """Yield the secrets in plain data: in mappings by their keys, in pairs of name and value, in texts."""
    for own, text in leaves(value, name):
        if text is UNKNOWN:
            continue
        if inner := document(text):
            yield from hits(inner, own)
        elif what := told(own, text):
            yield Hit(own, what)
        elif not _WORD.fullmatch(text):
            yield from in_script(text)


# Too plain to assign or to encode anything.
_WORD: Final = re.compile(r"[\w.:/@-]{0,23}")
_TYPES: Final = ("S", "N", "B", "M", "L", "SS", "NS", "BS")
# What stands under `value` in such a pair of CodeBuild is the name of a secret.
_NAMED: Final = ("PARAMETER_STORE", "SECRETS_MANAGER")


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every text and unknown in plain data with the name it goes by; a list of words is one text."""
    if isinstance(value, dict):
        mapping = cast(dict[str, Any], value)
        lower = {key.lower(): inner for key, inner in mapping.items()}
        own = lower.get("name", lower.get("key"))
        kept = lower.get("value", lower.get("values"))
        if kept is None or not isinstance(own, str):
            for key, inner in mapping.items():
                # An attribute of DynamoDB says its type between its name and its value.
                yield from leaves(inner, name if len(mapping) == 1 and key in _TYPES else key)
        elif lower.get("type") not in _NAMED:
            yield from leaves(kept, own)
    elif isinstance(value, list):
        parts = cast(list[Any], value)
        if len(parts) > 1 and all(isinstance(part, str) for part in parts):
            yield "", " ".join(parts)
        else:
            for part in parts:
                yield from leaves(part, name)
    elif value is UNKNOWN or isinstance(value, str):
        yield name, value


def unnamed(value: Any) -> Iterator[str]:
    """Yield the texts in pairs whose names nobody knows yet."""
    if isinstance(value, dict):
        mapping = cast(dict[str, Any], value)
        lower = {key.lower(): inner for key, inner in mapping.items()}
        if UNKNOWN in (lower.get("name"), lower.get("key")):
            kept = items(lower.get("value", lower.get("values")))
            yield from (text for text in kept if isinstance(text, str))
        value = list(mapping.values())
    if isinstance(value, list):
        for inner in cast(list[Any], value):
            yield from unnamed(inner)


def document(text: str) -> dict[str, Any] | list[Any] | None:
    """Return the JSON object or list that a text is; None if it is another text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):  # a text of brackets without end
        return None
    return cast(dict[str, Any] | list[Any], found)


_QUOTED: Final = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
# name = value, "name": "value", name: value (there an unquoted value is the rest of the line), <name>value</name>,
# --name value
_ASSIGNED: Final = (
    re.compile(
        r"(?<![A-Za-z0-9_])(?P<name>[A-Za-z_][\w.-]{0,60})[\"']?\]?"
        rf"(?:\s*(?:=>|:=|=(?!=))\s*(?P<set>{_QUOTED}|[^\s\"'`;,&|)}}\]]+)"
        rf"|[\"']\s*:\s*(?P<json>{_QUOTED})"
        rf"|:[ \t]+(?P<yaml>{_QUOTED}|[^\n#\"']+))"
    ),
    re.compile(r"<(?P<name>[A-Za-z][\w.-]{0,60})>(?P<value>[^<>\n]+)</"),
    re.compile(rf"(?<![\w-])--?(?P<name>[A-Za-z][\w-]{{2,60}})\s+(?P<value>{_QUOTED}|[^\s\"'-][^\s\"';|]*)"),
)
# A truth value, a number or nothing within JSON or braces, and the rest of the line: {"password": false, "user": "a"}.
_FLOW: Final = re.compile(r"(true|false|null|-?[\d.]+)\s*[,}\]].*")
# Where commands take a password without a name that tells it.
_COMMANDS: Final = tuple(
    (command, re.compile(form))
    for command, form in (
        ("chpasswd", r"(?<![\w.-])[\w.-]{1,99}:([^\s:\"']{1,99})[\"']?\s*\|\s*(?:sudo\s+)?chpasswd"),
        ("passwd", r"(?<![^\s\"'])([^\s\"']{1,99})[\"']?\s*\|\s*(?:sudo\s+)?passwd\s+--stdin"),
        ("sshpass", r"\bsshpass\s+-p\s*[\"']?([^\s\"']+)"),
        ("curl", r"\b(?:curl|wget)\b[^\n|;]{0,300}?\s(?:-u|--user)[ =]?\s*[\"']?[^\s:\"']{1,99}:([^\s\"']+)"),
        ("mysql", r"\bmysql(?:dump|admin)?\b[^\n|;]{0,300}?\s-p[\"']?([^\s\"'-][^\s\"']*)"),
        ("redis-cli", r"\bredis-cli\b[^\n|;]{0,300}?\s-a\s+[\"']?([^\s\"']+)"),
        ("docker login", r"\bdocker\s+login\b[^\n|;]{0,300}?\s-p[ =]?\s*[\"']?([^\s\"']+)"),
        ("aws configure", r"\baws\s+configure\s+set\s+[\w.-]*(?:secret|token)[\w.-]*\s+[\"']?([^\s\"']+)"),
        ("net user", r"(?i)\bnet\s+user\s+\S+\s+[\"']?([^\s\"'/]+)"),
        ("ConvertTo-SecureString", r"(?i)\bConvertTo-SecureString\s+(?:-String\s+)?[\"']([^\"'\n]+)[\"']"),
        ("SQL", r"(?i)\b(?:password|identified\s+by)\s+'([^'\n]+)'"),
    )
)
_COMMENT: Final = re.compile(r"^\s*(?:#|//|--\s|;|rem\s).*$", re.MULTILINE | re.IGNORECASE)
# In a build file these blocks name secrets kept elsewhere.
_KEPT: Final = re.compile(r"^([ \t]*)(?:secrets-manager|parameter-store):[ \t]*\n(?:\1[ \t]+.*(?:\n|$))*", re.MULTILINE)
_ARN: Final = re.compile(r"\barn:aws[\w-]*:[^\s\"'<>,;]+")  # arn:aws:secretsmanager:…:secret:name assigns nothing


def in_script(text: str) -> Iterator[Hit]:
    """Yield the secrets in a script or another text, and in what it encodes."""
    for layer in layers(text):
        if what := known_format(layer):
            yield Hit("", what)
        plain = _ARN.sub("", _KEPT.sub("", _COMMENT.sub("", layer)))
        for form in _ASSIGNED:
            for match in form.finditer(plain):
                yield from _assigned(match)
        for command, form in _COMMANDS:
            if any(literal(match[1]) for match in form.finditer(plain)):
                yield Hit(command, "a password on a command line")


def _assigned(match: re.Match[str]) -> Iterator[Hit]:
    name, *values = match.groups()
    value = next((one for one in values if one), "").strip()
    if flow := _FLOW.fullmatch(value):
        value = flow[1]
    if name_class(name) is Name.NONE or (value[:1] not in ("'", '"') and _is_code(value)):
        return
    if what := told(name, value.strip("\"'")):
        yield Hit(name, what)


def _is_code(value: str) -> bool:
    """Say whether what stands there without quotes is prose, or an expression that gets the value from elsewhere."""
    if re.search(r"[\s(\[{]", value) or re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+;?", value):
        return True
    return bool(re.fullmatch(r"[A-Za-z_]+;?", value)) and name_class(value) is not Name.NONE


LONGEST: Final = 256 * 1024  # of a text, decoded: user data ends at 16 kB, a document in Systems Manager at 64 kB

# Long runs of base64, over several lines too, as in MIME parts and cloud-init's write_files.
_ENCODED: Final = re.compile(
    r"[A-Za-z0-9+/]{24,}(?:\s*\n\s*[A-Za-z0-9+/]{24,})*(?:\s*\n\s*[A-Za-z0-9+/]+(?=\s|=|$))?={0,2}"
)


def layers(text: str, depth: int = 3) -> Iterator[str]:
    """Yield a text and, as far as they are texts again, the parts that it encodes in base64, gzipped or not."""
    yield text[:LONGEST]
    for match in _ENCODED.finditer(text[:LONGEST]) if depth else ():
        if inner := _decoded(re.sub(r"\s", "", match[0])):
            yield from layers(inner, depth - 1)


def _decoded(packed: str) -> str:
    try:
        data = b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        if data.startswith(b"\x1f\x8b"):
            data = zlib.decompressobj(wbits=31).decompress(data, LONGEST)
        inner = data.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return ""
    return "" if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", inner) else inner
