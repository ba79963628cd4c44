"""What staging is asked, against an AWS that answers as it should and should not."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance import test_staging
from tests.acceptance.deployed import Deployed, HttpResponse
from tests.acceptance.emulated import Pretended, fails
from tests.aws import answer, emulated
from tests.requirements.reading import of
from tests.stacks import recorded

STACK = "web-platform/staging"


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with emulated() as found:
        yield found


def _deployed(session: Any, status: int = 200) -> Deployed:
    web = Pretended(answers=lambda url: HttpResponse(status, {}, b""))
    return Deployed(stack=STACK, session=session, web=web, patience=0, pause=0)


def _services(session: Any, **changes: Any) -> None:
    well = {"runningCount": 2, "desiredCount": 2, "deployments": [{"rolloutState": "COMPLETED"}]}
    names = [each["name"] for each in of(recorded(STACK, True), "ecs.Service")]
    answer(session, "ecs", "DescribeServices", {"services": [{"serviceName": n, **well, **changes} for n in names]})


def test_names(session: Any) -> None:
    test_staging.test_every_public_name_answers(_deployed(session), STACK)
    fails(test_staging.test_every_public_name_answers, _deployed(session, 503), STACK)
    fails(test_staging.test_every_public_name_answers, _deployed(session, 404), STACK)


def test_services(session: Any) -> None:
    _services(session)
    test_staging.test_every_service_runs(_deployed(session), STACK)
    for changes in (
        {"runningCount": 1},
        {"runningCount": 0, "desiredCount": 0},
        {"deployments": [{"rolloutState": "IN_PROGRESS"}, {"rolloutState": "COMPLETED"}]},
        {"serviceName": "another"},
    ):
        _services(session, **changes)
        fails(test_staging.test_every_service_runs, _deployed(session), STACK)
