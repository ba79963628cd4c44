"""The acceptance tests of techcorp, against a trail that tells what it should and should not."""

import json
from typing import Any

import pytest

from tests.acceptance import test_techcorp
from tests.acceptance.deployed import Deployed
from tests.acceptance.emulated import fails
from tests.aws import answer, emulated

STACK, ROLE = "techcorp/production", "arn:aws:iam::333333333333:role/devops"


def _session(seconds: int | None, **by: Any) -> dict[str, Any]:
    asked = {"roleArn": ROLE, **({"durationSeconds": seconds} if seconds else {})}
    identity = {"type": "SAMLUser", "userName": "ada", **by}
    return {"CloudTrailEvent": json.dumps({"userIdentity": identity, "requestParameters": asked})}


#: What the trail has, and whether that is right; a page is asked for each way to take a role.
TOLD = {
    "half an hour": ([_session(1800)], True),
    "less": ([_session(900)], True),
    "an hour among them": ([_session(1800), _session(3600)], False),
    "whoever asks for nothing gets an hour": ([_session(None)], False),
    "nobody": ([], False),
    "services": ([_session(1800), _session(3600, type="AWSService", invokedBy="ecs.amazonaws.com")], True),
    "services alone": ([_session(3600, type="AWSService")], False),
}


@pytest.mark.parametrize(("events", "well"), TOLD.values(), ids=TOLD)
def test_sessions(events: list[dict[str, Any]], well: bool) -> None:
    with emulated() as session:
        answer(session, "cloudtrail", "LookupEvents", {"Events": events})
        deployed = Deployed(stack=STACK, session=session, patience=0, pause=0)
        if well:
            test_techcorp.test_people_take_roles_for_half_an_hour(deployed, STACK)
        else:
            fails(test_techcorp.test_people_take_roles_for_half_an_hour, deployed, STACK)
