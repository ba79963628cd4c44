"""What the pack knows of AWS is what maintained packages know: these fail when one of them knows more."""

from __future__ import annotations

import json
from importlib.resources import files

import botocore.session
import pytest
from cfnlint.data import AdditionalSpecs

from guard.aws import actions, newer_actions
from guard.aws.tls import weak_api_policy
from guard.rules.compute_hardening.machines import ENDED
from guard.rules.iam_least_privilege import managed

# cfn-lint's table lacks what ended before it was kept.
BEFORE = {"dotnet5.0", "dotnet7", "ruby3.2"}
DAY = "2026-11-28"


def test_runtimes_that_ended() -> None:
    table = json.loads(files(AdditionalSpecs).joinpath("LmbdRuntimeLifecycle.json").read_text())
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


def test_the_table_of_newer_actions_is_of_these_packages() -> None:
    """It is written anew by `python -m guard.aws.newer_actions`."""
    assert newer_actions.FILE.read_text().splitlines()[0] == newer_actions.head()
    assert len(newer_actions.newer()) == 1982


def test_a_newer_action_has_its_level_and_kinds() -> None:
    assert actions.level("lambda:putresourcepolicy") == actions.PERMISSIONS
    assert "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}" in actions.kinds(
        "lambda:putresourcepolicy"
    )
    assert "lambda:putresourcepolicy" in actions.matching("lambda:Put*Policy")
    assert actions.level("lambda:nosuchaction") == ""
