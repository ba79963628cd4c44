"""Tags: everything that can carry one says whose it is, and nothing volatile."""

import json

import pytest

from components.component import Component
from preview.recording import Resource
from preview.shapes import shape
from tests.components.examples import example
from tests.contracts.discovery import each_component
from tests.contracts.recordings import each_run, each_stack, in_aws
from tests.stacks import recorded


def _taggable(resources: list[Resource]) -> list[Resource]:
    """Those whose class in the SDK takes `tags`."""
    return [each for each in resources if "tags" in shape(each.type).settable]


def _four(stack: str) -> dict[str, str]:
    return {"Project": "cloud-platform", "Environment": stack, "Owner": "platform-team", "ManagedBy": "pulumi"}


@each_stack
@each_run
def test_everything_taggable_carries_the_four_tags(stack, known):
    """Project, Environment, Owner, ManagedBy, from the provider's default tags (ledger CP-TAG-01)."""
    found = _taggable(in_aws(recorded(stack, known)))
    assert len(found) >= 5
    lacking = [each.urn for each in found if not _four(stack).items() <= each["tagsAll"].items()]
    assert lacking == []


@each_stack
def test_own_tags_are_a_name_and_no_default_again(stack):
    """A key in both places has a history of false differences (study, pitfall 23)."""
    for each in _taggable(in_aws(recorded(stack, False))):
        if own := each.inputs.get("tags"):
            assert own.get("Name"), each.urn
            assert own.keys() <= {"Name", "Tier"}, each.urn
            assert all(len(value) <= 256 for value in own.values()), each.urn


@each_stack
def test_the_provider_refuses_other_accounts_and_tags_only_what_is_stable(stack):
    """One provider, for every resource of AWS; default tags hold no time, no commit, no person."""
    recording = recorded(stack, False)
    [provider] = recording.of("pulumi:providers:aws")
    assert json.loads(provider["allowedAccountIds"]) == ["123456789012"]
    assert json.loads(provider["defaultTags"]) == {"tags": _four(stack)}
    assert provider["region"] == "us-east-1"
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
