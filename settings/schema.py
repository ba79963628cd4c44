"""The JSON Schema of a whole stack file, for editors; `python -m settings.schema` writes it anew."""

import json
import re
from pathlib import Path
from typing import Any, cast

from settings.file.namespaces import READERS, SECRET
from settings.settings import Settings

FILE = Path(__file__).with_name("schema.json")
NAMESPACE = "cloudplatform"


def schema() -> dict[str, Any]:
    """What a stack file may hold: our keys, and those that the policy pack, the engine and a provider read."""
    model = _tidy(Settings.model_json_schema())
    read = {namespace: _tidy(table.model_json_schema()) for namespace, table in READERS.items()}
    defs: dict[str, Any] = model["$defs"]
    for each in read.values():
        defs |= each.get("$defs", {})
    # An exemption has one of the two ends; the types say so when they are read.
    defs["ExemptionTable"]["oneOf"] = [{"required": ["expires"]}, {"required": ["decision"]}]
    tables = {name: entry for name, entry in model["properties"].items() if name not in ("stack", "region")}
    required = [f"{NAMESPACE}:{name}" for name in model["required"] if name in tables]
    config: dict[str, Any] = {
        "description": "the stack's configuration",
        "type": "object",
        "properties": {
            "aws:region": model["properties"]["region"],
            **{f"{NAMESPACE}:{name}": entry for name, entry in tables.items()},
            **{f"{ns}:{name}": entry for ns, each in read.items() for name, entry in each["properties"].items()},
        },
        "patternProperties": {f"^{SECRET}:": {}},
        "required": ["aws:region", *required],
        "additionalProperties": False,
    }
    services = f"{NAMESPACE}:services"
    whole = config["properties"][services]
    config["properties"][services] = {"type": "object"}
    # Where services have something in common, each may leave out what that says.
    config["if"] = {"required": [f"{NAMESPACE}:service-defaults"]}
    config["then"] = {"properties": {services: _rows(whole, "#/$defs/ServiceDefaultsTable")}}
    config["else"] = {"properties": {services: whole}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of cloudplatform",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": defs,
    }


def _rows(table: dict[str, Any], row: str) -> dict[str, Any]:
    """A table with other rows."""
    forms = {form: {"$ref": row} for form in table["patternProperties"]}
    return {**table, "patternProperties": forms}


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
    if isinstance(pattern := tidy.get("pattern"), str):
        tidy["pattern"] = re.sub(r"\(\?P<\w+>", "(?:", pattern)  # editors read JavaScript's expressions
    return {**tidy, "additionalProperties": False} if isinstance(tidy.get("patternProperties"), dict) else tidy


if __name__ == "__main__":
    FILE.write_text(text())
