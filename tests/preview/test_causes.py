"""A finding that a word of the stack file causes says which: line, column and path. No other says anything."""

from pathlib import Path

import pytest

from preview import engine
from preview.causes import _owns, _postured
from preview.stack import open_stack
from tests.stacks import ROOT

Found = dict[tuple[str, str], str]


def causes(folder: Path, stack: str, *edits: tuple[str, str]) -> tuple[Found, list[str]]:
    """The causes by rule and resource, and the lines of the file."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    file = folder / f"Pulumi.{stack}.yaml"
    file.write_text(text)
    (found,) = engine.previews([open_stack(stack, file, ROOT)])
    notes = [*found.document["violations"], *found.document["advisories"]]
    return {(one["rule"], one["resource"]): one.get("cause", "") for one in notes}, text.splitlines()


WORDS = [
    ("insights: enabled", "insights: disabled", ("cluster-insights", "cluster-cluster"), "cluster.insights"),
    ("snapshot-days: 7", "snapshot-days: 0", ("store-backups", "cache-store"), "cache.snapshot-days"),
    (
        "assets: {versioned: true}",
        "assets: {versioned: false}",
        ("bucket-versions", "bucket-assets-bucket"),
        "buckets.assets.versioned",
    ),
]


def test_the_word_whose_value_a_property_has_or_that_leaves_it_out(tmp_path):
    found, lines = causes(tmp_path, "prod", *((old, new) for old, new, _, _ in WORDS))
    for _, new, key, word in WORDS:
        (line,) = [number for number, text in enumerate(lines, start=1) if new in text]
        column = lines[line - 1].index(word.rpartition(".")[2]) + 1
        assert found[key] == f"{tmp_path}/Pulumi.prod.yaml:{line}:{column} {word}"
    others = [cause for key, cause in found.items() if key not in {key for _, _, key, _ in WORDS}]
    assert others
    assert set(others) == {""}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Found, list[str]]:
    """The stack dev as it is: where its copy lies, its causes and its lines."""
    folder = tmp_path_factory.mktemp("dev")
    return folder, *causes(folder, "dev")


def test_a_weak_posture_is_why_things_are_not_protected(dev):
    folder, found, lines = dev
    line = lines.index("  cloudplatform:posture: expendable") + 1
    rules = ("store-deletion-protection", "force-destroy", "final-snapshot", "secret-recovery")
    told = {cause for (rule, _), cause in found.items() if rule in rules}
    assert {rule for rule, _ in found} >= set(rules)
    assert told == {f"{folder}/Pulumi.dev.yaml:{line}:3 posture"}
    assert found["target-group-plain", "load-balancer-target-fastapi"] == ""


def test_a_word_of_another_table_is_no_cause(dev):
    """The cache's days of snapshots are as many as a secret's days of recovery, and give none but its snapshots."""
    _, found, _ = dev
    said = {key for key, cause in found.items() if cause.endswith(" cache.snapshot-days")}
    assert said == {("store-backups", "cache-store")}


@pytest.mark.parametrize(
    ("path", "resource", "owns"),
    [
        (("cloudplatform:cache", "snapshot-days"), "cache-store", True),
        (("cloudplatform:cache", "snapshot-days"), "database-credentials", False),
        (("cloudplatform:buckets", "assets", "versioned"), "bucket-assets-bucket", True),
        (("cloudplatform:buckets", "assets", "versioned"), "bucket-logs-bucket", False),
        (("cloudplatform:posture",), "posture-report", False),
    ],
)
def test_whose_a_word_is(path, resource, owns):
    """A row's word is of what is named after the table and the row; a word of no table is nobody's own."""
    assert _owns(path, resource) is owns


@pytest.mark.parametrize(
    ("name", "given", "posture", "is_cause"),
    [
        ("recoveryWindowInDays", 0, "expendable", True),
        ("recoveryWindowInDays", 0, "recoverable", False),
        ("recoveryWindowInDays", 0, "protected", False),
        ("forceDestroy", True, "expendable", True),
        ("forceDestroy", True, "recoverable", False),
        ("deletionProtection", False, "recoverable", True),
        ("deletionProtection", None, "recoverable", True),
        ("snapshotRetentionLimit", 0, "expendable", False),
    ],
)
def test_the_posture_is_a_cause_of_what_it_gives(name, given, posture, is_cause):
    """Not of a value that this posture does not give: something else gave it, against the posture."""
    assert _postured(name, given, ("cloudplatform:posture",), posture) is is_cause
