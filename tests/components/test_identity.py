"""Roles, secrets, parameters, and the documents that they carry."""

import json

import pulumi
import pytest

from components.iam import allow, deferred, document, grant
from components.security.parameters import Parameters, ParametersArgs
from components.security.roles import Roles, RolesArgs
from components.security.secrets import Secrets, SecretsArgs
from settings.tables.security import AdministratorTable, SecretTable
from tests.components.examples import COMMON, KEY, built, counted, only

BOSS = "arn:aws:iam::210987654321:role/boss"


def _trusts(recording) -> dict[str, dict]:
    return {
        each.name: json.loads(each["assumeRolePolicy"])["Statement"][0] for each in recording.of("aws:iam/role:Role")
    }


def _roles(services, functions=(), **administrators):
    tables = {team: AdministratorTable(assumed_by=people) for team, people in administrators.items()}
    return built(
        lambda: Roles("roles", RolesArgs(services=services, functions=functions, administrators=tables, **COMMON))
    )


def test_two_roles_a_service_and_one_a_team():
    """Bare: whoever needs a permission attaches it."""
    recording = _roles(["web", "jobs"], devops=(), security=())
    assert counted(recording) == {"aws:iam/role:Role": 6}
    assert {each.name: each["name"] for each in recording.of("aws:iam/role:Role")} == {
        "roles-web-ecs-task-execution": "acme-test-role-web-ecs-task-execution",
        "roles-jobs-ecs-task-execution": "acme-test-role-jobs-ecs-task-execution",
        "roles-web-ecs-task": "acme-test-role-web-ecs-task",
        "roles-jobs-ecs-task": "acme-test-role-jobs-ecs-task",
        "roles-key-admin-devops": "acme-test-role-key-admin-devops",
        "roles-key-admin-security": "acme-test-role-key-admin-security",
    }
    for each in recording.of("aws:iam/role:Role"):
        assert each.inputs.keys() & {"managedPolicyArns", "inlinePolicies"} == set()


def test_nobody_needs_no_roles():
    """A stack without services and administrators."""
    recording = _roles([])
    assert counted(recording) == {}
    assert recording.named("roles")[0].registered == {"execution": {}, "task": {}, "function": {}, "administrators": {}}


def test_a_role_a_function():
    """Of this name, for Lambda, which does not say for which account it acts."""
    recording = _roles([], ["report"])
    [role] = recording.of("aws:iam/role:Role")
    assert (role.name, role["name"]) == ("roles-report-lambda-execution", "acme-test-role-report-lambda-execution")
    assert _trusts(recording)[role.name]["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "Condition" not in _trusts(recording)[role.name]


def test_who_may_assume_them():
    """ECS for this account's tasks; people with MFA: those named, or whoever the account's policies allow."""
    found = _trusts(_roles(["web"], devops=(), owners=(BOSS,)))
    for name in ("roles-web-ecs-task", "roles-web-ecs-task-execution"):
        assert found[name]["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert found[name]["Condition"] == {"StringEquals": {"aws:SourceAccount": "210987654321"}}
    assert found["roles-key-admin-devops"]["Principal"] == {"AWS": ["arn:aws:iam::210987654321:root"]}
    assert found["roles-key-admin-owners"]["Principal"] == {"AWS": [BOSS]}
    for name in ("roles-key-admin-devops", "roles-key-admin-owners"):
        assert found[name]["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def _secrets(known=True, days=7, **table):
    def program():
        given = {"api": pulumi.Output.secret("handed-in")}
        Secrets("secrets", SecretsArgs(table=table, config_secrets=given, key=KEY, recovery_days=days, **COMMON))

    return built(program, known)


@pytest.mark.parametrize("known", [False, True])
def test_a_generated_secret(known):
    """Its value is as long as the table says, marked, and nobody else's."""
    recording = _secrets(known, token=SecretTable(path="app/token", value="generated", length=48))
    assert counted(recording) == {
        "aws:secretsmanager/secret:Secret": 1,
        "aws:secretsmanager/secretVersion:SecretVersion": 1,
        "random:index/randomPassword:RandomPassword": 1,
    }
    password = only(recording, "random:index/randomPassword:RandomPassword")
    assert (password["length"], password["special"]) == (48, False)
    version = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")
    assert "secretString" in version.secrets
    assert version.options.ignore_changes == ()
    if known:
        assert version["secretString"] == password.outputs["result"]


def test_a_secret_that_comes_later():
    """`{}` so that tasks can start, and from then on its writer's."""
    recording = _secrets(hook=SecretTable(path="app/hook", value="later"))
    version = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")
    assert (version["secretString"], version.options.ignore_changes) == ("{}", ("secretString", "versionStages"))
    assert version["versionStages"] == ["AWSCURRENT", "FIRST"]  # kept, whatever is written after it
    assert recording.of("random:index/randomPassword:RandomPassword") == []


@pytest.mark.parametrize("known", [False, True])
def test_a_secret_from_the_configuration(known):
    """`pulumi config set --secret`: its value arrives, still secret."""
    recording = _secrets(known, api=SecretTable(path="app/api", value="config"))
    version = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")
    assert (version["secretString"], version.options.ignore_changes) == ("handed-in", ())
    assert "secretString" in version.secrets


@pytest.mark.parametrize("days", [0, 7, 30])
def test_the_secret_itself(days):
    """Under the stack's key, by its path below the environment, restorable as long as the posture says."""
    secret = only(_secrets(days=days, a=SecretTable(path="x/y", value="later")), "aws:secretsmanager/secret:Secret")
    assert (secret["name"], secret["kmsKeyId"], secret["recoveryWindowInDays"]) == ("/test/x/y", KEY, days)


def test_parameters():
    """/<environment>/<service>/<VARIABLE>, plain text."""
    args = ParametersArgs(environments={"web": {"LOG_LEVEL": "info", "A": "1"}, "jobs": {}}, **COMMON)
    found = built(lambda: Parameters("parameters", args)).of("aws:ssm/parameter:Parameter")
    assert {each["name"]: (each["type"], each["value"]) for each in found} == {
        "/test/web/LOG_LEVEL": ("String", "info"),
        "/test/web/A": ("String", "1"),
    }


def test_documents_are_canonical():
    """The same statements give the same text, whatever the order they are written in."""
    one = document(allow(["s3:PutObject", "s3:GetObject"], ["arn:b", "arn:a"], sid="S", condition={"Bool": {"x": "1"}}))
    assert one == (
        '{"Statement": [{"Action": ["s3:GetObject", "s3:PutObject"], "Condition": {"Bool": {"x": "1"}}, '
        '"Effect": "Allow", "Resource": ["arn:b", "arn:a"], "Sid": "S"}], "Version": "2012-10-17"}'
    )
    assert "Condition" not in document(allow(["a:b"], ["*"]))
    assert json.loads(document(grant("*", ["s3:*"], ["arn:a"], effect="Deny")))["Statement"] == [
        {"Action": ["s3:*"], "Effect": "Deny", "Principal": "*", "Resource": ["arn:a"]}
    ]


def test_deferred_documents_are_the_same_text_once_known():
    """An output inside changes when the text is known, not what it says."""
    told: list[str] = []
    built(
        lambda: deferred(allow(["a:b"], [pulumi.Output.from_input("arn:x")])).apply(told.append)  # pyright: ignore
    )
    assert told == [document(allow(["a:b"], ["arn:x"]))]
