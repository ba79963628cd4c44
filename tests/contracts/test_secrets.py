"""Secrets are marked as such from where they are made to where they end, and none is written down."""

import json
import re

import pytest

from tests.contracts.recordings import each_environment, each_run, each_stack, managed, texts
from tests.stacks import ROOT, STACKS, recorded

SENSITIVE = re.compile(r"(?i)(password|token|secretString|secretBinary|privateKey|secretKey|accessKey)$")
LITERAL = re.compile(
    r"(A3T|AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|xox[abprs]-\w{8}|gh[pousr]_\w{30}|"
    # A path in Secrets Manager is the name of a secret, and no secret.
    r"(?i:password|passwd|pwd|token)['\"]?\s*[=:]\s*['\"]?(?![a-z0-9-]+/)[^\s'\"{}\[\]$,]{8,}"
)


@each_environment
@each_run
def test_every_secret_input_is_marked(stack, known):
    """The engine encrypts in its state what is marked, and nothing else."""
    found = [
        (each.name, name, name in each.secrets)
        for each in managed(recorded(stack, known))
        for name in each.inputs
        if SENSITIVE.search(name)
    ]
    assert {(name, argument) for name, argument, marked in found if not marked} == set()
    assert {(name, argument) for name, argument, _ in found} == {
        ("database-instance", "password"),
        ("database-credentials", "secretString"),
        ("cache-store", "authToken"),
        ("cache-token", "secretString"),
        ("secrets-jwt-secret", "secretString"),
        ("secrets-external-api-keys", "secretString"),
        ("secrets-slack-webhook", "secretString"),
    }


@each_environment
def test_generated_values_stand_nowhere_in_clear(stack):
    """Not in another input, a document, a tag, a component's outputs or what the program exports."""
    recording = recorded(stack, True)
    values = {each.outputs["result"] for each in recording.of("random:index/randomPassword:RandomPassword")}
    assert len(values) == 3
    for each in recording.resources.values():
        clear = {name: value for name, value in each.inputs.items() if name not in each.secrets}
        written = json.dumps([clear, each.registered, dict(recording.outputs)])
        assert [value for value in values if value in written] == [], each.urn


@each_environment
def test_what_is_marked_ends_where_it_should(stack):
    """The check above looks at values that are really there: each is the secret input of two resources."""
    recording = recorded(stack, True)
    for password in recording.of("random:index/randomPassword:RandomPassword"):
        value = password.outputs["result"]
        users = [each.name for each in managed(recording) if any(value in str(each.inputs[n]) for n in each.secrets)]
        wanted = {
            "database-password": ["database-credentials", "database-instance"],
            "cache-token": ["cache-store", "cache-token"],
            "secrets-jwt-secret": ["secrets-jwt-secret"],
        }
        assert sorted(users) == wanted[password.name]


@each_stack
@each_run
def test_no_credential_is_written_down(stack, known):
    """Neither keys of AWS nor tokens nor `password=…` stand in what is recorded."""
    recording = recorded(stack, known)
    for each in managed(recording):
        clear = {name: value for name, value in each.inputs.items() if name not in each.secrets}
        assert [(path, text) for path, text in texts(clear) if LITERAL.search(text)] == [], each.urn


@pytest.mark.parametrize("stack", STACKS)
def test_no_credential_is_in_a_stack_file(stack):
    """Secrets come from Secrets Manager, are generated, or `pulumi config set --secret`."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    assert LITERAL.search(re.sub(r"(?m)^\s*#.*$", "", text)) is None
    assert "secure:" not in text


@pytest.mark.parametrize(
    "text", ["AKIAABCDEFGHIJKLMNOP", "-----BEGIN RSA PRIVATE KEY", "password=hunter2hunter2", 'token: "abcdefghij"']
)
def test_credentials_are_recognised(text):
    """The pattern sees what it should."""
    assert LITERAL.search(text)
