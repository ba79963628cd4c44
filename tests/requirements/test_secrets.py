"""CP-SEC: where secrets stand, who reads them, and that they stand nowhere else."""

import json
import re
from collections.abc import Iterable

import pytest

from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, export, merged, noticed, statement, text, unmark
from tests.requirements.expected import environments, requirement, stacks
from tests.requirements.reading import (
    arn,
    container,
    granted,
    key,
    of,
    one,
    permissions,
    role,
    secret,
    secret_text,
    texts,
)
from tests.stacks import ROOT

RUNBOOK = ROOT / "docs/runbooks/secret-rotation.md"


@requirement("CP-SEC-01")
@environments
def test_the_database_credentials(platform: Recording, stack: str) -> None:
    """All that a client needs, and the two keys that AWS's rotation function reads as well (C-14)."""
    held = json.loads(secret_text(platform, f"/{stack}/database/credentials"))
    assert {"username", "password", "host", "port", "database"} <= held.keys() <= {
        "username", "password", "host", "port", "database", "engine", "dbname"
    }  # fmt: skip
    database = one(platform, "rds.Instance")
    assert (held["username"], held["password"]) == (database["username"], database["password"])
    assert (held["host"], held["port"], held["database"]) == (database.outputs["address"], 5432, database["dbName"])


@requirement("CP-SEC-02")
@environments
def test_the_redis_token(platform: Recording, stack: str) -> None:
    assert len(secret_text(platform, f"/{stack}/redis/auth-token")) >= 16


@requirement("CP-SEC-03")
@environments
def test_the_jwt_signing_key(platform: Recording, stack: str) -> None:
    assert len(secret_text(platform, f"/{stack}/app/jwt-secret")) >= 32


@requirement("CP-SEC-04")
@environments
def test_the_external_api_keys(platform: Recording, stack: str) -> None:
    assert secret(platform, f"/{stack}/app/external-api-keys")


@requirement("CP-SEC-06")
@environments
def test_secrets_are_encrypted_with_the_stacks_key(platform: Recording, stack: str) -> None:
    found = of(platform, "secretsmanager.Secret")
    assert len(found) == 5
    assert {each["kmsKeyId"] for each in found} == {arn(key(platform))}


@requirement("CP-SEC-09")
@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_rotation_is_manual_outside_prod(platform: Recording, stack: str) -> None:
    assert of(platform, "secretsmanager.SecretRotation") == []


SECTIONS = {
    "Redis auth token": ("as needed", "rolling update", "ROTATE", "renew cache-token"),
    "External API keys": ("on compromise", "employee", "put-secret-value"),
    "JWT signing key": ("annually", "on compromise", "grace period", "AWSPREVIOUS", "renew secrets-jwt-secret"),
}


def describes_manual_rotation(text: str) -> None:
    """When and how for each of the three, and how to see that it worked."""
    before, _, procedures = text.partition("\n## Procedure\n")
    sections = re.split(r"(?m)^### ", procedures)
    by_title = {section.split("\n")[0]: section for section in sections}
    for title, words in SECTIONS.items():
        assert title in by_title
        written = f"{before}{by_title[title]}".lower()
        assert all(word.lower() in written for word in words), title
        assert "**Verify:**" in by_title[title], title


@requirement("CP-SEC-10")
def test_the_runbook_describes_manual_rotation() -> None:
    describes_manual_rotation(RUNBOOK.read_text())


@pytest.mark.parametrize("word", ["grace period", "## Redis auth token"])
def test_a_runbook_without_its_instructions_is_seen(word: str) -> None:
    with pytest.raises(AssertionError):
        describes_manual_rotation(re.sub(f"(?i){word}", "", RUNBOOK.read_text()))


@requirement("CP-SEC-11")
@environments
def test_parameters_hold_configuration_and_no_secret(platform: Recording, stack: str) -> None:
    """The tasks get the same values as environment entries, so their roles read no parameter (C-45)."""
    parameters = {each["name"]: each for each in of(platform, "ssm.Parameter")}
    assert parameters[f"/{stack}/fastapi/ENVIRONMENT"]["value"] == stack
    assert {each["type"] for each in parameters.values()} == {"String"}
    environment = {each["name"]: each["value"] for each in container(platform)["environment"]}
    for name, each in parameters.items():
        assert environment[name.rpartition("/")[2]] == each["value"]
        assert each["value"] not in _secret_values(platform)
    task = one(platform, "ecs.TaskDefinition")
    for role_arn in (task["executionRoleArn"], task["taskRoleArn"]):
        assert not any(action.startswith("ssm:") for action in granted(permissions(platform, role(platform, role_arn))))


#: Inputs that hold a secret, wherever they stand, and how a credential in clear looks.
SECRET_INPUTS = (
    "password",
    "masterPassword",
    "authToken",
    "secretString",
    "secretBinary",
    "adminPassword",
    "privateKey",
)
CREDENTIAL = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]+:[^/\s:@]+@|xox[abp]-|gh[pousr]_[A-Za-z0-9]{20}"
    # a path such as redis/auth-token names a secret, it is none
    r"|(?i:\w*(password|passwd|token|api[_-]?key|secret)[\"']?\s*[=:]\s*[\"']?(?![^\s\"']*/)[^\s\"'{}\[\]$]{6,})"
)


def _secret_values(platform: Recording) -> set[str]:
    """What the stack generates, and the values of inputs that hold a secret; `{}` is a secret that nobody has written
    yet."""
    made = {each.outputs["result"] for each in platform.of("random:index/randomPassword:RandomPassword")}
    given = {
        each.inputs[name]
        for each in platform.resources.values()
        for name in SECRET_INPUTS
        if isinstance(each.inputs.get(name), str)
    }
    return (made | given) - {"{}"}


@requirement("CP-SEC-12")
@stacks
def test_no_credential_is_written_anywhere(platform: Recording, stack: str) -> None:
    """Every input that holds a secret is marked as one; no secret value stands in another input, in an output or in
    the stack file; and nothing there looks like a credential."""
    hidden = _secret_values(platform)
    for resource in platform.resources.values():
        for name in SECRET_INPUTS:
            assert name not in resource.inputs or name in resource.secrets, f"{resource.urn}: {name} is not secret"
        shown = [
            text for name, value in resource.inputs.items() if name not in resource.secrets for text in texts(value)
        ]
        _assert_clean(shown, hidden, resource.urn)
    _assert_clean(texts(platform.outputs), hidden, "outputs")
    _assert_clean(platform.config.values(), hidden, "stack file")


def _assert_clean(shown: Iterable[str], hidden: set[str], where: str) -> None:
    for each in shown:
        assert not any(value in each for value in hidden), f"{where} holds a secret value"
        assert not CREDENTIAL.search(each), f"{where} holds what looks like a credential"


@environments
def test_each_role_reads_the_secrets_that_are_its_own(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-SEC-13: the two roles of the task read the four that the task is given, each
    function the one that it is for, and nobody else any. That IAM enforces it is for a deployed stack."""
    task = one(platform, "ecs.TaskDefinition")
    paths = ("database/credentials", "redis/auth-token", "app/jwt-secret", "app/external-api-keys")
    of_task = {arn(secret(platform, f"/{stack}/{path}")) for path in paths}
    wanted = {task["executionRoleArn"]: of_task, task["taskRoleArn"]: of_task}
    for word, path in (("slack-notifier", "monitoring/slack-webhook"), ("rotate-database", "database/credentials")):
        for function in of(platform, "lambda_.Function"):
            if function["name"].endswith(word):
                wanted[function["role"]] = {arn(secret(platform, f"/{stack}/{path}"))}
    assert len(wanted) == (4 if stack == "prod" else 3)
    for each in of(platform, "iam.Role"):
        may = granted(permissions(platform, each)).get("secretsmanager:GetSecretValue", set())
        assert may == wanted.get(arn(each), set()), each.name
    assert of(platform, "secretsmanager.SecretPolicy") == []
    assert not any("policy" in each.inputs for each in of(platform, "secretsmanager.Secret"))


TASK = "task-objects"  #: the task role's policy
BREACHES = [
    Breach(
        "CP-SEC-01",
        test_the_database_credentials,
        change("secretsmanager.SecretVersion", "database", secretString=text(lambda old: {**old, "admin": "x"})),
    ),
    Breach("CP-SEC-02", test_the_redis_token, drop("secretsmanager.SecretVersion", "cache-token")),
    Breach("CP-SEC-03", test_the_jwt_signing_key, change("secretsmanager.Secret", "jwt", name="/dev/app/jwt")),
    Breach(
        "CP-SEC-04",
        test_the_external_api_keys,
        change("secretsmanager.Secret", "external", name="/dev/app/api-keys"),
    ),
    Breach(
        "CP-SEC-06",
        test_secrets_are_encrypted_with_the_stacks_key,
        change("secretsmanager.Secret", "slack", kmsKeyId="other"),
    ),
    Breach("CP-SEC-09", test_rotation_is_manual_outside_prod, add("secretsmanager.SecretRotation")),
    Breach(
        "CP-SEC-11",
        test_parameters_hold_configuration_and_no_secret,
        change("ssm.Parameter", "LOG_LEVEL", type="SecureString"),
    ),
    Breach(
        "CP-SEC-11",
        test_parameters_hold_configuration_and_no_secret,
        change(
            "iam.RolePolicy",
            TASK,
            policy=statement(Action="ssm:GetParameter", Resource="arn:aws:ssm:us-east-1:1:parameter/dev/*"),
        ),
    ),
    Breach(
        "CP-SEC-12",
        test_no_credential_is_written_anywhere,
        unmark("elasticache.ReplicationGroup", "", "authToken"),
    ),
    Breach(
        "CP-SEC-12",
        test_no_credential_is_written_anywhere,
        lambda s: change("ec2.Vpc", tags=merged(Note=one(s, "rds.Instance")["password"]))(s),
    ),
    Breach(
        "CP-SEC-12",
        test_no_credential_is_written_anywhere,
        change("kms.Key", description="password: hunter2hunter2"),
        "shared",
    ),
    Breach("CP-SEC-12", test_no_credential_is_written_anywhere, export(note="AKIAIOSFODNN7EXAMPLE"), "shared"),
]

test_breaches = noticed(BREACHES)
