"""A promoted database's administrator gets another password, against RDS and Secrets Manager as botocore describes
them."""

import json
import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from scripts.regional_stack import PATIENT, RefusedError, RegionalStack
from scripts.standby_administrator import renew
from tests.scripts.two_regions import STANDBY, both

SECRET, HERE = "/techcorp/production/database/credentials", "db.us-west-2.example.com"
OLD = {"engine": "postgres", "host": "db.us-east-1.example.com", "port": 5432, "dbname": "app",
       "username": "app_admin", "password": "p" * 32}  # fmt: skip
SOURCE = "arn:aws:rds:us-east-1:333333333333:db:techcorp-production-rds-postgres"


class Promoted:
    """The standby, whose RDS and Secrets Manager answer in order."""

    def __init__(self) -> None:
        session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-west-2")
        clients = {(each, PATIENT): session.client(each) for each in ("rds", "secretsmanager")}
        self.stack = RegionalStack(session=None, settings=both()[1], clients=clients, wait=0, patience=2)
        self.rds, self.secrets = (Stubber(each) for each in clients.values())
        self.written: list[dict[str, Any]] = []
        clients["secretsmanager", PATIENT].meta.events.register("provide-client-params", self._note)
        clients["rds", PATIENT].meta.events.register("provide-client-params", self._note)
        self.rds.activate()
        self.secrets.activate()

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.written += [dict(params)] if model.name in ("PutSecretValue", "ModifyDBInstance") else []

    def is_told(self, *, status: str = "available", pending: bool = False, source: str = "") -> None:
        """RDS's next answer about the database."""
        found = {"DBInstanceStatus": status, "Endpoint": {"Address": HERE}}
        found |= {"PendingModifiedValues": {"MasterUserPassword": "****"} if pending else {}}
        found |= {"ReadReplicaSourceDBInstanceIdentifier": source} if source else {}
        self.rds.add_response("describe_db_instances", {"DBInstances": [found]}, {"DBInstanceIdentifier": STANDBY})

    def is_copied(self, region: str = "us-west-2") -> None:
        self.secrets.add_response("describe_secret", {"PrimaryRegion": region}, {"SecretId": SECRET})

    def takes(self) -> None:
        """The secret and the database take a password, and the database does so at the second look."""
        self.is_told()
        self.is_told()
        self.is_copied()
        self.secrets.add_response("get_secret_value", {"SecretString": json.dumps(OLD)}, {"SecretId": SECRET})
        self.secrets.add_response("put_secret_value", {}, {"SecretId": SECRET, "SecretString": ANY})
        asked = {"DBInstanceIdentifier": STANDBY, "MasterUserPassword": ANY, "ApplyImmediately": True}
        self.rds.add_response("modify_db_instance", {}, asked)
        for pending in (True, False):
            self.is_told(pending=pending)
            self.is_told(pending=pending)


@pytest.fixture
def promoted() -> Promoted:
    return Promoted()


def test_both_get_the_same_password(promoted: Promoted) -> None:
    """A new one, and the secret names this region's host from then on."""
    promoted.takes()
    assert renew(promoted.stack) == []
    secret, database = promoted.written
    said = json.loads(secret["SecretString"])
    assert said == {**OLD, "host": HERE, "password": database["MasterUserPassword"]}
    assert re.fullmatch(r"[A-Za-z0-9]{32}", said["password"])
    promoted.rds.assert_no_pending_responses()


def test_what_broke_off_is_done_by_the_next_run(promoted: Promoted) -> None:
    """The secret has a password that the database does not know: both get another."""
    promoted.is_told()
    promoted.is_told()
    promoted.is_copied()
    promoted.secrets.add_response("get_secret_value", {"SecretString": json.dumps(OLD)})
    promoted.secrets.add_response("put_secret_value", {})
    promoted.rds.add_client_error("modify_db_instance", "InvalidDBInstanceState")
    with pytest.raises(ClientError):
        renew(promoted.stack)
    promoted.takes()
    assert renew(promoted.stack) == []
    first, refused, second, database = promoted.written
    assert database["MasterUserPassword"] == json.loads(second["SecretString"])["password"]
    assert refused["MasterUserPassword"] == json.loads(first["SecretString"])["password"]
    assert refused["MasterUserPassword"] != database["MasterUserPassword"]


@pytest.mark.parametrize(
    ("source", "region", "status", "said"),
    [
        (SOURCE, "us-west-2", "available", "is not promoted, or .* is a copy: it is renewed in the first region"),
        ("", "us-east-1", "available", "is not promoted, or .* is a copy: it is renewed in the first region"),
        ("", "us-west-2", "backing-up", "is busy, and takes no password now: wait"),
    ],
)
def test_it_is_refused(promoted: Promoted, source: str, region: str, status: str, said: str) -> None:
    """Before anything is changed."""
    promoted.is_told(source=source)
    promoted.is_copied(region)
    promoted.is_told(status=status)
    with pytest.raises(RefusedError, match=said):
        renew(promoted.stack)
    assert promoted.written == []
