"""Tags: everything that can carry one says whose it is, and nothing volatile."""

import json

import pytest

from components.component import Component
from preview.recording import RecordedResource
from preview.shapes import shape
from tests.components.examples import example
from tests.contracts.discovery import each_component
from tests.contracts.recordings import each_run, each_stack, in_aws
from tests.stack_files import config
from tests.stacks import STACKS, recorded


def _taggable(resources: list[RecordedResource]) -> list[RecordedResource]:
    """Those whose class in the SDK takes `tags`."""
    return [each for each in resources if "tags" in shape(each.type).settable]


def _given(stack: str) -> dict[str, str]:
    """The tags of the stack file, and the environment's; the main system's are four (ledger CP-TAG-01)."""
    environment = stack.rpartition("/")[2]
    found = {**config(stack)["cloudplatform:tags"], "Environment": environment}
    main = {"Project": "cloud-platform", "Environment": stack, "Owner": "platform-team", "ManagedBy": "pulumi"}
    assert stack not in STACKS or found == main
    return found


def _of_rows(stack: str) -> set[str]:
    """The keys of tags that rows of the stack file add, and the one in which alarms say their severity."""
    tables = (table for table in config(stack).values() if isinstance(table, dict))
    rows = (row for table in tables for row in table.values() if isinstance(row, dict))
    return {key for row in rows for key in (row.get("tags") or {})} | {
        each for each in [config(stack).get("cloudplatform:alarms", {}).get("tag")] if each
    }


@each_stack
@each_run
def test_everything_taggable_carries_the_stacks_tags(stack, known):
    """Project and Environment at least, from the provider's default tags (ledger CP-TAG-01)."""
    found = _taggable(in_aws(recorded(stack, known)))
    assert len(found) >= 3
    given = _given(stack).items()
    lacking = [each.urn for each in found if not given <= each["tagsAll"].items()]
    assert lacking == []


@each_stack
def test_own_tags_are_a_name_and_no_default_again(stack):
    """A key in both places has a history of false differences (study, pitfall 23)."""
    allowed = {"Name", "Tier"} | _of_rows(stack)
    for each in _taggable(in_aws(recorded(stack, False))):
        if own := each.inputs.get("tags"):
            assert own.get("Name"), each.urn
            assert own.keys() <= allowed, each.urn
            assert all(len(value) <= 256 for value in own.values()), each.urn


@each_stack
def test_the_provider_refuses_other_accounts_and_tags_only_what_is_stable(stack):
    """One provider, for every resource of AWS; default tags hold no time, no commit, no person."""
    recording = recorded(stack, False)
    [provider] = recording.of("pulumi:providers:aws")
    assert json.loads(provider["allowedAccountIds"]) == [config(stack)["cloudplatform:account"]]
    assert json.loads(provider["defaultTags"]) == {"tags": _given(stack)}
    assert provider["region"] == config(stack)["aws:region"]
    assert {each.provider for each in in_aws(recording)} == {provider.urn}


def _without_extra(component: type[Component], tags: dict[str, str]) -> list[str]:
    recording = example(component, tags=tags)
    [it] = recording.named("it")
    children = _taggable([each for each in recording.children(it.urn) if each.package == "aws"])
    return [each.name for each in children if not tags.items() <= each.inputs.get("tags", {}).items()]


@each_component
@pytest.mark.requirement("CP-TAG-04")
def test_extra_tags_reach_every_child(component):
    """What a caller adds in `tags` stands on each taggable child, beside its name."""
    assert _without_extra(component, {"CostCenter": "4711", "Team": "web"}) == []
