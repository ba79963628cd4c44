"""The secrets of the services' database users: what each says before its first rotation."""

import re

import pytest

from components.data.database_users import DatabaseUsers
from tests.components.examples import KEY, built, users_args

SECRET, VERSION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"


@pytest.mark.parametrize(
    ("engine", "login", "opened"),
    [("postgres", "postgresql://back_office", "app"), ("mysql", "mysql://back_office", "back_office")],
)
def test_a_secret_is_a_url(engine, login, opened):
    """With the user that SQL can name, and what it opens: PostgreSQL's one database, MySQL's own of each."""
    recording = built(lambda: DatabaseUsers("users", users_args(engine)))
    [text] = [each["secretString"] for each in recording.of(VERSION) if each.name == "users-back-office"]
    assert re.fullmatch(rf"{login}:\w{{32}}@db\.example\.com:5432/{opened}", text)


def test_secrets_are_the_stacks():
    """By the services' names, under the stack's key, and restorable as the posture says."""
    found = built(lambda: DatabaseUsers("users", users_args())).of(SECRET)
    assert [(each["name"], each["kmsKeyId"], each["recoveryWindowInDays"]) for each in found] == [
        ("/test/api/database", KEY, 30),
        ("/test/back-office/database", KEY, 30),
    ]


def test_the_functions_values_stay():
    """Pulumi writes the first version alone; the secret's function writes all that follow."""
    for each in built(lambda: DatabaseUsers("users", users_args())).of(VERSION):
        assert each.options.ignore_changes == ("secretString", "versionStages")
        assert "secretString" in each.secrets
