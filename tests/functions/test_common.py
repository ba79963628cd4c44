"""What the functions share: their environment, their clients, waiting, and what is logged of a run."""

import json
import logging
from io import StringIO

import pytest
from aws_lambda_powertools import Logger
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from functions.common import services, variables
from functions.common.aws import CONFIG, client
from functions.common.budget import OutOfTimeError, TimeBudget
from functions.common.entry import logged
from functions.common.function import FunctionDefinition
from functions.common.services import DeploymentError

FUNCTION = FunctionDefinition(
    name="some", purpose="", handler="functions.some.handler.handle", seconds=60, variables=("A", "B")
)


def test_variables_are_read(monkeypatch):
    """Those that are declared, and no other."""
    monkeypatch.setenv("A", "1")
    monkeypatch.setenv("B", "2")
    monkeypatch.setenv("C", "3")
    assert variables.read(FUNCTION) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(("given", "missing"), [({}, "A, B"), ({"A": "1"}, "B"), ({"A": "", "B": "2"}, "A")])
def test_missing_variables_are_named_together(monkeypatch, given, missing):
    """An empty one is missing too."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(variables.VariableError, match=f"^some needs {missing} in its environment$"):
        variables.read(FUNCTION)


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (variables.number, "6379", 6379),
        (variables.names, '["a", "b"]', ["a", "b"]),
        (variables.names, "[]", []),
        (variables.counts, '{"a": 0, "b": 3}', {"a": 0, "b": 3}),
        (variables.counts, "{}", {}),
    ],
)
def test_forms_of_variables(kind, value, found):
    assert kind({"A": value}, "A") == found


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (variables.number, "12a", "A must be a whole number, not 12a"),
        (variables.names, "a, b", "A must be a JSON list, not a, b"),
        (variables.names, '{"a": 1}', 'A must be a JSON list, not {"a": 1}'),
        (variables.names, "[1]", 'A must be a JSON list of names such as ["api"], not [1]'),
        (variables.names, '[""]', 'A must be a JSON list of names such as ["api"], not [""]'),
        (variables.counts, "3", "A must be a JSON object, not 3"),
        (variables.counts, '{"a": -1}', 'A must be a JSON object of counts such as {"api": 1}, not {"a": -1}'),
        (variables.counts, '{"a": true}', 'A must be a JSON object of counts such as {"api": 1}, not {"a": true}'),
    ],
)
def test_wrong_forms_of_variables_say_what_is_right(kind, value, message):
    with pytest.raises(variables.VariableError) as raised:
        kind({"A": value}, "A")
    assert str(raised.value) == message


def test_a_client_is_made_once_and_bounded(aws):
    """Three seconds to connect, ten to answer, four tries."""
    assert client("sns") is client("sns")
    config = client("sns").meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 10)
    assert config.retries == {"mode": "standard", "total_max_attempts": 4}
    assert CONFIG.user_agent_appid


class _Raw:
    def __init__(self, text):
        self.text = text

    def stream(self, **_):
        yield self.text


@pytest.mark.parametrize(("throttled", "tries"), [(3, 4), (99, 4)])
def test_throttling_is_outlasted_or_raised(aws, context, throttled, tries):
    """Three throttled answers cost three pauses; the fourth ends it, so that the run fails and is not lost."""
    sent = []

    def throttle(request, **_):
        sent.append(request.url)
        if len(sent) > throttled:
            return None
        text = json.dumps({"__type": "ThrottlingException", "message": "slow down"}).encode()
        return AWSResponse(request.url, 400, {}, _Raw(text))

    aws.events.register("before-send.ecs.ListClusters", throttle)
    if throttled < tries:
        assert client("ecs").list_clusters()["clusterArns"] == []
    else:
        with pytest.raises(ClientError, match="ThrottlingException"):
            client("ecs").list_clusters()
    assert len(sent) == tries
    assert len(context.slept) == tries - 1


def test_waiting_looks_at_once_and_then_at_intervals(context):
    looks = iter([False, False, True])
    TimeBudget(context).until(lambda: next(looks), "it", every=7)
    assert context.slept == [7, 7]


def test_waiting_ends_before_the_run_does(context):
    """Ten seconds are left, in which the failure can be logged: at most 50 of 60 are waited."""
    context.seconds = 60
    with pytest.raises(OutOfTimeError, match="no time left to wait for the moon"):
        TimeBudget(context).until(lambda: False, "the moon")
    assert context.slept == [15, 15, 15]
    assert context.get_remaining_time_in_millis() == 15_000


def test_a_failed_run_is_logged_once_and_raised(context):
    """One JSON record with the request's id and the stack; the event, in which a secret might be, is not in it."""

    stream = StringIO()

    @logged(Logger(service="some", stream=stream))
    def handle(event, context):
        raise LookupError("this is missing")

    with pytest.raises(LookupError, match="this is missing"):
        handle({"password": "hidden"}, context)
    [line] = stream.getvalue().splitlines()
    record = json.loads(line)
    assert (record["level"], record["message"], record["service"]) == ("ERROR", "failed", "some")
    assert record["function_request_id"] == "request"
    assert "LookupError: this is missing" in record["exception"]
    assert "hidden" not in line


def _deployment(id_, state, status="PRIMARY"):
    return {"id": id_, "status": status, "rolloutState": state}


def test_services_are_restarted_one_after_the_other(aws, context):
    """Only the deployments that were started here count, and only when no older task is left."""
    aws.answer(
        "ecs",
        "UpdateService",
        [
            {
                "service": {
                    "deployments": [_deployment("new-a", "IN_PROGRESS"), _deployment("old", "COMPLETED", "ACTIVE")]
                }
            },
            {"service": {"deployments": [_deployment("new-b", "IN_PROGRESS")]}},
        ],
    )
    old = _deployment("old", "COMPLETED", "ACTIVE")
    states = [
        [_deployment("new-a", "IN_PROGRESS"), old],
        [_deployment("new-a", "COMPLETED"), old],
        [_deployment("new-a", "COMPLETED")],
        [_deployment("new-b", "COMPLETED")],
    ]
    aws.answer("ecs", "DescribeServices", [{"services": [{"deployments": each}]} for each in states])
    deployments = services.restart("cluster", ["a", "b"])
    assert deployments == {"a": "new-a", "b": "new-b"}
    services.await_restart("cluster", deployments, TimeBudget(context))
    assert aws.calls_of("ecs:UpdateService") == [
        {"cluster": "cluster", "service": "a", "forceNewDeployment": True},
        {"cluster": "cluster", "service": "b", "forceNewDeployment": True},
    ]
    assert [each["services"] for each in aws.calls_of("ecs:DescribeServices")] == [["a"], ["a"], ["a"], ["b"]]
    assert context.slept == [15, 15]


@pytest.mark.parametrize("deployments", [[_deployment("ours", "FAILED")], [_deployment("another", "COMPLETED")]])
def test_a_deployment_that_did_not_replace_the_tasks_is_raised(aws, context, deployments):
    """It was rolled back, or somebody else's came after it."""
    aws.answer("ecs", "DescribeServices", [{"services": [{"deployments": deployments}]}])
    with pytest.raises(DeploymentError, match="the deployment ours of a failed or was replaced by another"):
        services.await_restart("cluster", {"a": "ours"}, TimeBudget(context))


def test_what_others_log_during_a_test_is_among_what_is_logged(log):
    """A secret there would be told too."""
    logging.getLogger("urllib3").warning("a password is %s", "hunter2")
    assert log.others.getvalue() == "a password is hunter2\n"
