"""The JSON Schema that editors use is fresh, fits every stack file, and is named in its first line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from settings import schema
from settings.file.stackfile import EngineLoader

ROOT = Path(__file__).parents[2]
STACK_FILES = sorted(ROOT.glob("Pulumi.*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(schema.schema())


def loaded(text: str) -> Any:
    return yaml.load(text, Loader=EngineLoader)


def errors(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def test_the_committed_schema_is_fresh() -> None:
    assert schema.FILE.read_text() == schema.text(), "run python -m settings.schema"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.text()))


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_every_stack_file_fits_the_schema(file: Path) -> None:
    assert errors(loaded(file.read_text())) == []


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_every_stack_file_names_the_schema(file: Path) -> None:
    assert file.read_text().splitlines()[0] == "# yaml-language-server: $schema=settings/schema.json"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cloudplatform:cache:", "cloudplatform:cahce:"),
        ("replicas: 0", "replica: 0"),
        ("replicas: 0", "replicas: 9"),
        ("nat: single", "nat: singel"),
        ('version: "15"', "version: 15"),
        ("    fastapi:\n", "    Fast_API:\n"),
        ("  aws:region: us-east-1\n", ""),
        ("  aws:region: us-east-1\n", "  aws:region: us-east-1\n  aws:profile: shop\n"),
        ("      owner: platform-team\n", ""),
    ],
)
def test_an_editor_marks_what_is_wrong(old: str, new: str) -> None:
    text = (ROOT / "Pulumi.dev.yaml").read_text()
    assert old in text
    assert errors(loaded(text.replace(old, new, 1)))


def test_keys_of_the_engine_and_of_a_provider_are_those_that_somebody_reads() -> None:
    text = (ROOT / "Pulumi.dev.yaml").read_text()
    text = "encryptionsalt: v1:x\n" + text.replace("config:\n", "config:\n  secret:x: y\n  pulumi:tags: {a: b}\n", 1)
    assert errors(loaded(text)) == []
    for key in ("random:key: {a: 1}", "pulumi:x: y", "pulumi:tags: [a]", "docker-build:registries: {a: b}"):
        assert errors(loaded(text.replace("pulumi:tags: {a: b}", key))), key


def test_every_form_has_an_example_that_has_it() -> None:
    """Messages show it: a regular expression is no advice."""
    found = [*nodes(schema.schema())]
    choices = {id(choice) for node in found for choice in node.get("anyOf", ())}
    forms = [
        (choice["pattern"], [*node.get("examples", choice.get("examples", ())), node.get("default")][0])
        for node in found
        if id(node) not in choices
        for choice in (node, *node.get("anyOf", ()))
        if isinstance(choice.get("pattern"), str)
    ]
    assert len(forms) > 40
    assert [(form, example) for form, example in forms if not re.search(form, str(example))] == []


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(below)


def test_every_table_is_described() -> None:
    tables = schema.schema()["$defs"]
    assert [name for name, table in tables.items() if not table.get("description")] == []
