"""What a resource's properties are to people: plain values, where secrets and what nobody knows yet are marked."""

import json
from collections.abc import Mapping
from typing import Any, cast

from preview.export import SECRET_VALUE, SecretMask
from preview.recording import RecordedResource, Recording
from preview.wire import MARK, UNKNOWN, Object

SECRET = "[secret]"  # noqa: S105, RUF100 stands where a secret stood
NOT_YET = "[unknown]"  #: only the deployment will tell


def shown(resource: RecordedResource) -> Object:
    """The properties that the program gives a resource, with those that the provider fills in."""
    found = {key: _plain(value) for key, value in SecretMask(resource).within(resource.inputs).items()}
    return found | {key: f"{str(found[key])[:-1]}, sha256 {digest}]" for key, digest in _digests(resource, found)}


def _digests(resource: RecordedResource, found: Object) -> list[tuple[str, str]]:
    """Of the files and archives that are not masked; a text may be guessed by its digest, so a secret has none."""
    return [(key, digest) for key, digest in resource.digests if found.get(key) != SECRET]


def settings(recording: Recording) -> Object:
    """The stack's settings by full key, tables as such; one that holds a secret is hidden whole."""
    return {
        key: SECRET if key in recording.secret_keys else _read(value) for key, value in sorted(recording.config.items())
    }


def _plain(value: Any) -> Any:
    match value:
        case dict() if value == SECRET_VALUE:
            return SECRET
        case dict() if MARK in value:
            return _asset(cast(Object, value))
        case dict():
            return {key: _plain(item) for key, item in cast(Object, value).items()}
        case list():
            return [_plain(item) for item in cast(list[Any], value)]
        case str():
            return value.replace(UNKNOWN, NOT_YET)
        case _:
            return value


def _asset(value: Mapping[str, Any]) -> str:
    """A file or an archive; what is in it is not recorded, but a digest."""
    if "assets" in value:
        return f"[archive of {len(value['assets'])} files]"
    return f"[file {value['path']}]" if "path" in value else "[text]"


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in ("{", "[") else text
    except ValueError:
        return text
