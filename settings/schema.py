"""The JSON Schema of a whole stack file, for editors; `python -m settings.schema` writes it anew."""

import json
from pathlib import Path
from typing import Any, cast

from settings.settings import Settings

FILE = Path(__file__).with_name("schema.json")
NAMESPACE = "cloudplatform"
EXEMPTION: dict[str, Any] = {
    "description": "lets what `resource` names break one rule of the policy pack",
    "type": "object",
    "properties": {
        "rule": {"type": "string", "description": "name of the rule"},
        "resource": {"type": "string", "description": "logical name or URN; * stands for anything"},
        "reason": {"type": "string", "description": "why the rule does not hold here"},
        "owner": {"type": "string", "description": "who answers for it"},
        "finding": {"type": "string", "description": "one finding of several: its property, and what about it"},
        "expires": {"type": "string", "format": "date", "description": "the last day on which it holds, quoted"},
        "decision": {
            "type": "string",
            "pattern": "^docs/(decisions|adr)/",
            "description": "the record of a lasting decision",
        },
    },
    "required": ["rule", "resource", "reason", "owner"],
    "oneOf": [{"required": ["expires"]}, {"required": ["decision"]}],
    "additionalProperties": False,
}

PROFILE: dict[str, Any] = {
    "enum": ["baseline", "protected", "strict"],
    "description": "how the policy pack judges: protected blocks what may lose data, strict blocks every violation",
}


def schema() -> dict[str, Any]:
    """What a stack file may hold: our own keys closed, other namespaces and the engine's own keys open."""
    model = _tidy(Settings.model_json_schema())
    tables = {name: entry for name, entry in model["properties"].items() if name not in ("stack", "region")}
    required = [f"{NAMESPACE}:{name}" for name in model["required"] if name in tables]
    config: dict[str, Any] = {
        "description": "the stack's configuration; keys of other namespaces belong to providers",
        "type": "object",
        "properties": {
            "aws:region": model["properties"]["region"],
            **{f"{NAMESPACE}:{name}": entry for name, entry in tables.items()},
            "guard:profile": PROFILE,
            "guard:exemptions": {"type": "array", "items": EXEMPTION, "description": "exemptions from policies"},
        },
        "patternProperties": {f"^(?!{NAMESPACE}:)[^:]+:": {}},
        "required": ["aws:region", *required],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of cloudplatform",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": model["$defs"],
    }


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Without titles, which only repeat names; tables whose keys have a form take no others."""
    if isinstance(node, list):
        return [_tidy(item) for item in cast(list[Any], node)]
    if not isinstance(node, dict):
        return node
    entries = cast(dict[str, Any], node).items()
    tidy = {key: _tidy(value) for key, value in entries if not (key == "title" and isinstance(value, str))}
    return {**tidy, "additionalProperties": False} if isinstance(tidy.get("patternProperties"), dict) else tidy


if __name__ == "__main__":
    FILE.write_text(text())
