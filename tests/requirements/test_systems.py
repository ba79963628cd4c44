"""The systems below blueprints/ keep their ledgers: each row of tests/requirements/systems on its recorded stacks."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements import systems
from tests.requirements.reading import arn, of
from tests.requirements.systems.table import ABSENT, AnyValue, ClassProof, Proof, StackProof, at_path, chosen, stacks
from tests.rows import for_each
from tests.stack_files import Config, changed
from tests.stacks import recorded

MODULES = [
    importlib.import_module(f"{systems.__name__}.{each.name}") for each in pkgutil.iter_modules(systems.__path__)
]
PROOFS: list[Proof] = [row for module in MODULES for row in getattr(module, "ROWS", ())]
ROWS: dict[tuple[str, str], list[Proof]] = {}  #: by requirement and stack
for row in PROOFS:
    for place in stacks(row):
        ROWS.setdefault((row.id, place), []).append(row)
CASES = [
    pytest.param(rows, stack, marks=pytest.mark.requirement(id_), id=f"{id_}-{stack}")
    for (id_, stack), rows in ROWS.items()
]


@pytest.mark.parametrize(("rows", "stack"), CASES)
def test_the_ledger_holds(platform: Recording, rows: list[Proof], stack: str) -> None:
    """Exact values, copied from the ledger."""
    for proof in rows:
        proof.check(platform)


@pytest.mark.requirement("WP-SCALE-09", kind="recorded")
@pytest.mark.parametrize("stack", ["web-platform/staging", "web-platform/production"])
def test_a_metric_of_the_application_scales(stack: str) -> None:
    """A row of `metrics` and a step that names it: an alarm on just that metric starts a step policy, each way."""

    def change(tables: Config) -> None:
        tables["cloudplatform:metrics"] = {"orders": {"namespace": "WebPlatform/Business", "name": "OpenOrders"}}
        steps = tables["cloudplatform:services"]["web"]["count"]["steps"]
        steps["orders"] = {"metric": "orders", "up": 500, "down": 50, "by": 2}

    recording = changed(stack, change)
    alarms = [each for each in of(recording, "cloudwatch.MetricAlarm") if each.inputs.get("metricName") == "OpenOrders"]
    policies = {arn(each): each for each in of(recording, "appautoscaling.Policy")}
    steps = "stepScalingPolicyConfiguration"
    assert sorted(
        (
            each["namespace"],
            each["comparisonOperator"],
            each["threshold"],
            policies[each["alarmActions"][0]][steps]["stepAdjustments"][0]["scalingAdjustment"],
        )
        for each in alarms
    ) == [
        ("WebPlatform/Business", "GreaterThanThreshold", 500, 2),
        ("WebPlatform/Business", "LessThanThreshold", 50, -2),
    ]


def _without(stack: Recording, *gone: RecordedResource) -> Recording:
    urns = {each.urn for each in gone}
    return replace(stack, resources={urn: each for urn, each in stack.resources.items() if urn not in urns})


def _otherwise(value: Any, path: str) -> Any:
    """A value with something else at a path."""
    head, _, rest = path.partition("/" if "/" in path else ".")
    if isinstance(value, list):
        if head == "*":
            return [_otherwise(each, rest) if rest else "else" for each in value] or ["else"]
        return [_otherwise(each, rest) if str(n) == head and rest else each for n, each in enumerate(value)]
    inside = value.get(head) if isinstance(value, dict) else None
    return {**(value if isinstance(value, dict) else {}), head: _otherwise(inside, rest) if rest else "else"}


def _breaches(proof: Proof, stack: Recording) -> Iterator[Recording]:
    """Recordings that a proof must not accept."""
    match proof:
        case ClassProof():
            found = chosen(stack, proof.type, proof.where)
            if found:
                yield _without(stack, *found)
                for path, wanted in proof.values.items():
                    plain = not isinstance(wanted, AnyValue) and wanted is not ABSENT
                    if plain and "*" not in path and isinstance(found[0].inputs.get(path.split(".")[0]), dict | list):
                        changed = replace(found[0], inputs=_otherwise(found[0].inputs, path))
                    elif plain and path in found[0].inputs:
                        changed = replace(found[0], inputs={**found[0].inputs, path: "else"})
                    else:
                        continue
                    if at_path(changed.inputs, path) != at_path(found[0].inputs, path):
                        yield replace(stack, resources={**stack.resources, changed.urn: changed})
        case StackProof():
            for type_ in proof.types:
                yield _without(stack, *of(stack, type_))


def _holds(proof: Proof, stack: Recording) -> bool:
    try:
        proof.check(stack)
    except (AssertionError, LookupError):
        return False
    return True


@for_each(PROOFS, name=lambda proof: f"{proof.id}, row {PROOFS.index(proof)}")
def test_a_row_can_fail(proof: Proof) -> None:
    """Without what it is about, or with another value there, it proves nothing."""
    sound = recorded(next(iter(stacks(proof))), True)
    for breach in _breaches(proof, sound):
        assert not _holds(proof, breach), proof
