"""TC: what only the trail tells. `pytest tests/acceptance -m deployed --system techcorp --stack production`"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.acceptance.deployed import Deployed
from tests.requirements.expected import requirement
from tests.stacks import BLUEPRINT_STACKS

#: How people take a role; GitHub's jobs come with a web identity, and AWS's services by themselves.
TAKEN: Final = ("AssumeRole", "AssumeRoleWithSAML")
DAYS, SECONDS = 30, 1800


def sessions(deployed: Deployed) -> Iterator[dict[str, Any]]:
    """The sessions that people began in the last days, as the trail has them."""
    trail, end = deployed.client("cloudtrail"), deployed.now()
    for name in TAKEN:
        asked = {"AttributeKey": "EventName", "AttributeValue": name}
        pages = trail.get_paginator("lookup_events").paginate(
            LookupAttributes=[asked], StartTime=end - timedelta(days=DAYS), EndTime=end
        )
        for page in pages:
            for each in page["Events"]:
                event = json.loads(each["CloudTrailEvent"])
                by = event["userIdentity"]
                if by["type"] != "AWSService" and "invokedBy" not in by and not event.get("errorCode"):
                    yield event


@pytest.mark.deployed
@requirement("TC-IAM-04")
@pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")])
def test_people_take_roles_for_half_an_hour(deployed: Deployed, stack: str) -> None:
    """Whoever asks for nothing gets an hour. The sessions of application and identity provider are theirs to tell."""
    found = list(sessions(deployed))
    assert found, f"nobody took a role in the last {DAYS} days"
    longer = [
        (event["requestParameters"]["roleArn"], event["requestParameters"].get("durationSeconds"))
        for event in found
        if not 0 < (event["requestParameters"].get("durationSeconds") or 0) <= SECONDS
    ]
    assert longer == []
