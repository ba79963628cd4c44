"""docs/first-stack.md: its two files preview clean; the words that the preview advises keep the pack's rules."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from preview import cli
from preview.remedies import WORDS
from settings.schema import schema
from settings.words import SYNONYMS
from tests.commands.test_orientation import table as rows_under
from tests.stacks import ROOT

PROJECT, STACK = re.findall(r"(?s)```yaml\n(.*?)```", (ROOT / "docs/first-stack.md").read_text())
#: Of things that this stack has not, or that are the deployment's to say.
ELSEWHERE: Final = {"log-group-deletion-protection"}
CACHE: Final = {"engine": "redis", "version": "7.1", "node": "cache.t3.micro", "secret": {"path": "redis"}}
STRONG: Final[dict[str, Any]] = {
    "posture": "protected",
    "repositories": {"web": {"moving-tags": ["latest"]}, "worker": {"moving-tags": ["latest"]}},
    "database": {"multi-az": True},
    "cache": CACHE | {"replicas": 1, "failover": True, "snapshot-days": 7},
    "tables": {"carts": {"hash": "id"}},
    "budget": {"monthly": 1000},
    "cluster": {"insights": "enabled"},
}
WEAK: Final[dict[str, Any]] = {
    "posture": "expendable",
    "buckets": {"uploads": {}, "site": {"encryption": "s3"}},
    "network": {"flow-logs": None},
    "web_acl": None,
    "site_acl": None,
    "cache": CACHE | {"snapshot-days": 0},
    "tables": {"carts": {"hash": "id"}},
    "budget": {"monthly": 1},
    "cluster": {"insights": "disabled"},
}


def _previewed(folder: Path, stack: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (folder / "Pulumi.yaml").write_text(PROJECT.replace("../../.venv", ".venv").replace("../../", str(ROOT)))
    (folder / "Pulumi.dev.yaml").write_text(stack)
    cli.main(["dev", "--project", str(folder), "--format", "json"])
    said = capsys.readouterr()
    assert said.out, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def _changed(**tables: Any) -> str:
    found = yaml.load(STACK, yaml.CSafeLoader)
    for word, table in tables.items():
        key = f"cloudplatform:{word.replace('_', '-')}"
        if table is None:
            del found["config"][key]
        elif isinstance(table, dict):
            found["config"][key] = found["config"].get(key, {}) | table
        else:
            found["config"][key] = table
    for service in found["config"]["cloudplatform:services"].values():
        service["count"]["min"] = 2  # of a protected one
    return yaml.safe_dump(found)


def test_the_page_s_stack_may_be_deployed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = _previewed(tmp_path, STACK, capsys)
    assert (found["project"], found["verdict"], found["violations"]) == ("shop", "clean", [])
    assert [pair["from"] for pair in found["exposure"]["matrix"] if pair["to"] == "worker"] == []


def test_the_names_that_the_page_gives_are_the_stacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the cluster, the service and the bucket that are named in commands and beside them."""
    page = (ROOT / "docs/first-stack.md").read_text()
    text = json.dumps(_previewed(tmp_path, STACK, capsys)["resources"])
    named = set(re.findall(r"shop-dev-[a-z-]+", page))
    assert named
    assert {name for name in named if f'"{name}"' not in text} == set()


def test_what_the_page_gives_for_words_of_copilot_are_keys_here() -> None:
    rows = rows_under("docs/first-stack.md", "From AWS Copilot")[1:]
    words = {word for _, here in rows for word in re.findall(r"`([a-z-]+)`", here)} - {"worker"}
    document = schema()
    keys = {key.removeprefix("cloudplatform:") for key in document["properties"]["config"]["properties"]}
    assert words - keys - set(document["$defs"]["ServiceTable"]["properties"]) == set()
    assert {SYNONYMS[word] for word in ("http", "variables", "sidecars", "platform", "exec")} <= words


def test_a_second_stack_is_a_copy_with_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A protected copy, read together with the first: one more thing left as it is, and it is refused."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text(PROJECT.replace("../../.venv", ".venv").replace("../../", str(ROOT)))
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    steps = [
        ("[www.shop.example]", "[www.eu.shop.example]"),
        ("[shop.example]", "[eu.shop.example]"),
        ("posture: recoverable", "posture: protected"),
        ("zone: own", "zone: Z0123456789ABCDEFGHIJ"),
        ("min: 1", "min: 2"),
        ('version: "17"', 'version: "17", multi-az: true'),
    ]
    for left in [None, *steps]:
        copy = STACK
        for old, new in steps:
            assert old in copy
            copy = copy if (old, new) == left else copy.replace(old, new)
        (tmp_path / "Pulumi.prod.yaml").write_text(copy)
        refused = left and "posture" not in left[0]
        assert cli.main(["dev", "prod", "--check"]) == (2 if refused else 0), (left, capsys.readouterr().err)


def test_the_words_that_are_advised_keep_the_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without them each rule is broken, and its advice names them; with them none is."""
    weak, strong = (_previewed(tmp_path, _changed(**change), capsys) for change in (WEAK, STRONG))
    advised = {note["rule"]: note["fix"] for key in ("violations", "advisories") for note in weak[key]}
    assert {*WORDS} - {*advised} == ELSEWHERE
    assert {rule: advised[rule] for rule in WORDS if rule in advised} == {
        rule: f"In the stack file: {words}." for rule, words in WORDS.items() if rule in advised
    }
    assert {note["rule"] for key in ("violations", "advisories") for note in strong[key]} & {*WORDS} == set()
