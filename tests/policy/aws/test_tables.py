"""What the pack knows of AWS is what maintained packages know: these fail when one of them knows more."""

from __future__ import annotations

import json
from importlib.metadata import distribution

import botocore.session
import pytest
from policy_sentry.querying.actions import get_action_data, get_actions_for_service

from guard.aws import action_table, actions
from guard.aws.tls import weak_api_policy
from guard.rules.compute_hardening.machines import ENDED
from guard.rules.iam_least_privilege import managed

#: To import the package for one of its tables takes a second.
RUNTIMES = distribution("cfn-lint").locate_file("cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json")
# cfn-lint's table lacks what ended before it was kept.
BEFORE = {"dotnet5.0", "dotnet7", "ruby3.2"}
DAY = "2026-11-28"


def test_runtimes_that_ended() -> None:
    table = json.loads(RUNTIMES.read_text())
    assert {name for name, one in table.items() if one["deprecated"] <= DAY} - set(ENDED) == set()
    assert {name for name in set(ENDED) - BEFORE if table[name]["deprecated"] > DAY} == set()


def test_policies_of_apis() -> None:
    """Of all that API Gateway has, one accepts TLS before 1.2."""
    names: set[str] = set()
    for service in ("apigateway", "apigatewayv2"):
        names |= set(botocore.session.get_session().get_service_model(service).shape_for("SecurityPolicy").enum)
    assert len(names) > 10
    assert {name for name in names if weak_api_policy(name)} == {"TLS_1_0"}


def test_the_table_of_wide_policies_is_of_these_documents() -> None:
    """It is written anew by `python -m guard.rules.iam_least_privilege.managed`."""
    assert managed.FILE.read_text().splitlines()[0] == managed.head()
    assert len(managed.wide()) == 276


@pytest.mark.parametrize(
    "name", ["CloudWatchFullAccessV2", "AmazonDynamoDBFullAccess_v2", "DataScientist", "ReadOnlyAccess"]
)
def test_a_policy_by_its_document(name: str) -> None:
    assert managed.is_wide(managed.documents()[name]) is (name != "ReadOnlyAccess")
    assert (name.lower() in managed.wide()) is (name != "ReadOnlyAccess")


def test_the_table_of_actions_is_of_these_packages() -> None:
    """It is written anew by `python -m guard.aws.action_table`."""
    assert action_table.FILE.read_text().splitlines()[0] == action_table.head()
    assert len(actions.matching("*")) == 22_437


def test_the_table_of_actions_says_what_policy_sentry_says() -> None:
    assert "".join(action_table.write()).replace("\n", "") == action_table.FILE.read_text().replace("\n", "")
    for service in ("ec2", "iam", "kms", "s3"):
        names: list[str] = get_actions_for_service(service, lowercase=True)
        assert set(names) <= set(actions.matching(f"{service}:*"))
        for name in names:
            entries: list[dict[str, str]] = get_action_data(service, name.partition(":")[2])[service]
            assert actions.level(name) == entries[0]["access_level"]
            assert set(actions.kinds(name)) == {entry["resource_arn_format"] for entry in entries} - {"*"}


def test_a_newer_action_has_its_level_and_kinds() -> None:
    assert actions.level("lambda:putresourcepolicy") == actions.PERMISSIONS
    assert "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}" in actions.kinds(
        "lambda:putresourcepolicy"
    )
    assert "lambda:putresourcepolicy" in actions.matching("lambda:Put*Policy")
    assert actions.level("lambda:nosuchaction") == ""
