"""The test of a new version: what it asks, and what it tells ECS."""

import pytest

from functions.common.entry import BadEventError
from functions.test_deployment.handler import DELAY, REQUESTS, TRIES, handle
from tests.functions.versions import PASSPHRASE, hook_event


def test_a_version_that_answers_well(version, context, log):
    """Some requests with the header, and ECS goes on. No log has the passphrase."""
    assert handle(hook_event(version.url), context) == {"hookStatus": "SUCCEEDED"}
    assert version.asked == ["/orders/health"] * REQUESTS
    assert PASSPHRASE not in log.text
    assert [each["verdict"] for each in log.records if each["message"] == "asked"] == ["SUCCEEDED"]


@pytest.mark.parametrize(
    ("status", "wanted", "good"),
    [(204, "200-299", True), (204, "200,204", True), (301, "200-299", False), (200, "201-299", False)],
)
def test_what_is_well_is_what_the_health_check_takes(version, context, status, wanted, good):
    version.statuses[:] = [status]
    answer = handle(hook_event(version.url, wanted), context)
    assert (answer["hookStatus"] == "SUCCEEDED") is good


def test_one_bad_answer_is_enough(version, context):
    """The others are not asked; ECS comes again, and is told how often it came."""
    version.statuses[:] = [200, 200, 503, 200]
    answer = handle(hook_event(version.url), context)
    details = hook_event(version.url)["hookDetails"]
    assert answer == {"hookStatus": "IN_PROGRESS", "callBackDelay": DELAY, "hookDetails": {**details, "tried": 1}}
    assert len(version.asked) == 3


def test_a_version_that_stays_bad_is_taken_back(version, context):
    """Three runs, each with what the one before gave back."""
    version.statuses[:] = [500]
    event, seen = hook_event(version.url), []
    for _ in range(TRIES):
        answer = handle(event, context)
        seen.append(answer["hookStatus"])
        event = {**event, "hookDetails": answer.get("hookDetails")}
    assert seen == ["IN_PROGRESS", "IN_PROGRESS", "FAILED"]


def test_a_version_that_came_up_late(version, context):
    """What answers badly once may be well the next time."""
    version.statuses[:] = [503]
    answer = handle(hook_event(version.url), context)
    version.statuses[:] = [200]
    again = {**hook_event(version.url), "hookDetails": answer["hookDetails"]}
    assert handle(again, context) == {"hookStatus": "SUCCEEDED"}


def test_without_its_header_nobody_reaches_it(version, context):
    """The rule for tests asks for the passphrase: another one finds the old version, or nothing."""
    answer = handle(hook_event(version.url, passphrase="guessed"), context)
    assert answer["hookStatus"] == "IN_PROGRESS"


def test_another_event_is_refused(context):
    with pytest.raises(BadEventError, match="executionDetails"):
        handle({"hookDetails": {}}, context)
