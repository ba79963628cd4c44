"""Documents that a program hands over as text: JSON, or YAML with the short forms of CloudFormation."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final, cast

import yaml

from guard.model.graph import ABSENT, UNKNOWN


def data(document: Any) -> Any:
    """Return a document as plain data; ABSENT if it is text that is neither JSON nor YAML of a mapping or a list."""
    return _data(document) if isinstance(document, str) else document


class _Loader(yaml.CSafeLoader):
    """Reads what CloudFormation writes: dates stay text, and a short function (!Ref) is its long one.

    Names are text, as they are in JSON: an OpenAPI document's `200:`, or `on:`.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for name, _ in node.value:
            if name.tag.startswith(_CORE) and name.tag != f"{_CORE}merge" and isinstance(name, yaml.ScalarNode):
                name.tag = f"{_CORE}str"
        return super().construct_mapping(node, deep)


_CORE: Final = "tag:yaml.org,2002:"


# The functions of templates that have a short form: !If is Fn::If.
_FUNCTIONS: Final = frozenset({
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length", "Not"),
    *("Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
})  # fmt: skip


def _short(loader: Any, suffix: str, node: yaml.Node) -> Any:
    """Return what a short form stands for; of a tag that is none nobody knows what it says."""
    if suffix not in ("Ref", "Condition", *_FUNCTIONS):
        return UNKNOWN
    value: Any = loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None
    if isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    return {f"Fn::{suffix}" if suffix in _FUNCTIONS else suffix: value}


_Loader.add_multi_constructor("!", _short)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(cast(Any, node)))


@lru_cache(maxsize=512)
def _data(text: str) -> Any:
    try:
        found: Any = json.loads(text) if text.lstrip()[:1] in ("{", "[") else yaml.load(text, _Loader)  # noqa: S506, RUF100
    except (yaml.YAMLError, ValueError, RecursionError):
        found = None
    return cast(Any, found) if isinstance(found, (dict, list)) and _ends(found) else ABSENT


#: More than a template of the largest size holds.
_MOST: Final = 200_000


def _ends(document: Any) -> bool:
    """Say whether a document has an end: an alias of YAML may stand within what it stands for, or for very much."""
    todo: list[Any] = [document]
    count = 0
    while todo and count <= _MOST:
        one = todo.pop()
        count += 1
        if isinstance(one, dict):
            todo.extend(cast(dict[Any, Any], one).values())
        elif isinstance(one, list):
            todo.extend(cast(list[Any], one))
    return not todo
