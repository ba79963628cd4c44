"""Writes a recording in the form of `pulumi stack export`, which `python -m guard check` reads."""

import re
from collections.abc import Mapping
from typing import Any, cast

from preview.recording import RecordedResource, Recording
from preview.wire import MARK, UNKNOWN, Object, WireSignature

VERSION = 1  #: of what is added to the engine's form
DEPLOYMENT = 3  #: the version of that

#: The pack's own settings go along; others are none of its business, and may be secret.
SETTINGS = "guard:"

#: Stands where a secret stood: marked as one, and nothing to decrypt.
SECRET_VALUE = {MARK: WireSignature.SECRET.value, "ciphertext": ""}

#: A shorter text is found in others by chance.
MIN_LENGTH = 4


def export(recording: Recording) -> Object:
    """A recording as plain data: unknown values are the engine's mark for them, secrets are sealed."""
    resources = (recording.root, *recording.resources.values())
    return {
        "recording": VERSION,
        "config": {key: value for key, value in sorted(recording.config.items()) if key.startswith(SETTINGS)},
        "version": DEPLOYMENT,
        "deployment": {"resources": [_state(resource, recording) for resource in resources]},
    }


def _state(resource: RecordedResource, recording: Recording) -> Object:
    mask = SecretMask(resource)
    provider = recording.resources.get(resource.provider)
    state: Object = {
        "urn": resource.urn,
        "custom": resource.custom,
        "type": resource.type,
        "id": resource.id,
        "inputs": mask.within(resource.inputs),
        "outputs": mask.within(resource.outputs if resource is not recording.root else recording.outputs),
        "parent": resource.parent,
        "protect": resource.options.protect,
        "external": resource.read,
        "dependencies": list(resource.dependencies),
        "propertyDependencies": {name: list(urns) for name, urns in resource.property_dependencies.items()},
        "provider": f"{provider.urn}::{provider.id or UNKNOWN}" if provider else "",
        "sourcePosition": resource.position,
    }
    return {key: value for key, value in state.items() if value not in (None, "", False, [], {})}


class SecretMask:
    """Masks secret properties of a resource, and copies of their values in its other properties."""

    def __init__(self, resource: RecordedResource) -> None:
        self.paths = resource.secrets | set(resource.options.additional_secret_outputs)
        values = {**resource.inputs, **(resource.registered or {})}
        found = (_at(values, path) for path in resource.secrets)
        self.texts = {text for value in found for text in _texts(value) if len(text) >= MIN_LENGTH and text != UNKNOWN}

    def within(self, properties: Mapping[str, Any]) -> Object:
        """The properties, sealed where they must be."""
        return {key: self._value(value, key) for key, value in properties.items()}

    def _value(self, value: Any, path: str) -> Any:
        if path in self.paths:
            return SECRET_VALUE
        match value:
            case dict():
                return {key: self._value(item, f"{path}.{key}") for key, item in cast(Object, value).items()}
            case list():
                return [self._value(item, f"{path}[{index}]") for index, item in enumerate(cast(list[Any], value))]
            case str() if value != UNKNOWN and self._holds_secret(value, path):
                return SECRET_VALUE
            case _:
                return value

    def _holds_secret(self, text: str, path: str) -> bool:
        """Whether a text holds a secret: a document that was a structure, or a value made from a secret one."""
        inside = any(secret.startswith((f"{path}.", f"{path}[")) for secret in self.paths)
        return inside or any(secret in text for secret in self.texts)


def _at(value: Any, path: str) -> Any:
    """The value at a path such as `a.b[0]`; None where a document became text on the way."""
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list) and step.isdecimal():
            value = cast(list[Any], value)[int(step)]
        else:
            value = cast(Object, value).get(step) if isinstance(value, dict) else None
    return value


def _texts(value: Any) -> list[str]:
    match value:
        case dict():
            return [text for item in cast(Object, value).values() for text in _texts(item)]
        case list():
            return [text for item in cast(list[Any], value) for text in _texts(item)]
        case str():
            return [value]
        case _:
            return []
