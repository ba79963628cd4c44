"""Where the SDK has settings and scripts, secrets are looked for: a new type fails here until somebody decides."""

from __future__ import annotations

import json

import pytest

from guard.model.graph import Resource, Stack
from guard.model.rule import judge
from guard.rules import RULES
from guard.rules.secret_plaintext.properties import ENVIRONMENTS, HANDED, HANDED_BY_NAME, SCRIPTS, STORES
from tests.policy.reach.test_placements import naming

SETTINGS = r"\w*(?:environment_variables|arguments|provisioning_parameters|runtime_configurations?|hyper_?parameters)"
CODE = r"(?:user_data\w*|build_spec|buildspec|code_content|inline_code|\w*lifecycle_config_content|template_body)"

# What sounds like settings or code, and holds neither.
OTHERWISE = {
    *("aws:wafv2/ruleGroup:RuleGroup", "aws:wafv2/webAcl:WebAcl"),  # arguments of requests
    *("aws:cognito/managedUserPoolClient:ManagedUserPoolClient", "aws:cognito/userPoolClient:UserPoolClient"),
    "aws:bedrock/customModel:CustomModel",  # numbers
}


def test_settings_and_scripts_are_asked() -> None:
    tables = (ENVIRONMENTS, SCRIPTS, HANDED, HANDED_BY_NAME, STORES)
    asked = {token for table in tables for token in table}
    assert naming(f"(?:{SETTINGS}|{CODE})") - asked == OTHERWISE


@pytest.mark.parametrize(
    ("secrets", "behind", "told"),
    [
        (("Copper-Anchor-77",), (), True),
        ((), (), False),  # of the configuration, and no secret
        (("elsewhere-9",), (), False),  # not the configuration's: the provider marks every parameter that it reads
        (("Copper-Anchor-77",), ("urn:pulumi:dev::shop::aws:ssm/parameter:Parameter::it",), False),
    ],
)
def test_a_secret_of_the_configuration_is_told_under_any_name(
    secrets: tuple[str, ...], behind: tuple[str, ...], told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"shop:upstream": "Copper-Anchor-77"}))
    variables = {"UPSTREAM": "Copper-Anchor-77", "OTHER": "elsewhere-9"}
    function = Resource(
        "urn:pulumi:dev::shop::aws:lambda/function:Function::it",
        "aws:lambda/function:Function",
        {"environment": {"variables": variables}},
        secrets=secrets,
        depends={"environment": behind},
    )
    found = judge(RULES["secret-in-environment"], function)
    assert [one.about for one in found] == (["UPSTREAM"] if told else [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Copper-Anchor-77", False),
        ('{"username": "quay", "password": "Copper-Anchor-77"}', False),
        ("postgres://quay:Copper-Anchor-77@db.internal/orders", False),
        ('{"password": "Copper-Anchor-77", "token": "Brass-Anchor-78"}', True),
        ('{"username": "quay", "password": "Brass-Anchor-78"}', True),
    ],
)
def test_a_document_of_configured_secrets_is_no_literal(text: str, told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"shop:db": "Copper-Anchor-77", "shop:user": "quay"}))
    token = "aws:secretsmanager/secretVersion:SecretVersion"
    version = Resource(f"urn:pulumi:dev::shop::{token}::it", token, {"secretString": text}, secrets=(text,))
    found = judge(RULES["secret-in-program"], version, Stack([version]))
    assert bool(found) is told
