"""What the proofs resolve by known ids can be seen before any id is known."""

import re
from collections.abc import Iterable

from preview.recording import RecordedResource, Recording
from tests.requirements.expected import ACCOUNT, stacks
from tests.requirements.reading import texts

GIVEN_BY_AWS = re.compile(r"[0-9a-f]{8}")  #: an id or ARN with hexadecimal digits is not built from a name


def _handles(resource: RecordedResource) -> list[str]:
    """By what others refer to a resource, as far as AWS chooses it."""
    found = (resource.id, resource.outputs.get("arn"), resource.outputs.get("allocationId"))
    return [each for each in found if isinstance(each, str) and GIVEN_BY_AWS.search(each.replace(ACCOUNT, ""))]


def _behind(stack: Recording, urns: Iterable[str]) -> set[str]:
    """Resources, and those whose values they may pass on: a certificate's validation has the certificate's ARN."""
    passed_on = {
        urn
        for each in urns
        for name, some in stack.resources[each].property_dependencies.items()
        if name.endswith("Arn")
        for urn in some
    }
    return {*urns, *passed_on}


@stacks
def test_every_reference_shows_at_the_first_preview(platform: Recording, first_preview: Recording, stack: str) -> None:
    """By `property_dependencies`, the only thing that the engine and the policy pack know of it then."""
    assert platform.resources.keys() == first_preview.resources.keys()
    owners = {handle: urn for urn, each in platform.resources.items() for handle in _handles(each)}
    seen = 0
    for urn, resource in platform.resources.items():
        if not resource.custom:
            continue
        for name, value in resource.inputs.items():
            referred = {owner for text in texts(value) for handle, owner in owners.items() if handle in text} - {urn}
            behind = first_preview.resources[urn].property_dependencies.get(name, ())
            assert referred <= _behind(first_preview, behind), f"{urn}: {name}"
            seen += len(referred)
    assert seen > (3 if stack == "shared" else 100)
