"""What the tables say of another region: what they refuse, and what they advise."""

from pathlib import Path

import pytest

from tests.settings.changed import Config, problems, update

SOURCE = "arn:aws:rds:eu-west-3:{}:db:acme-prod"
SECRET = "arn:aws:secretsmanager:{}:{}:secret:/acme/prod/database-a1B2c3"
USERS = {"rotate-days": 90, "connections": 10}
KEY = "arn:aws:kms:{}:123456789012:alias/acme"


def _replica(config: Config, account: str = "", region: str = "", **changes: object) -> None:
    """The database follows one of another region, unless the changes say otherwise."""
    here, own = config["aws:region"], config["cloudplatform:account"]
    table = config["cloudplatform:database"]
    for word in ("name", "user", "password", "secret"):
        table.pop(word, None)
    source = SOURCE.format(account or own).replace("eu-west-3", region or "eu-west-3")
    table["source"] = {"arn": source}
    table["secret"] = {"path": "database/credentials", "arn": SECRET.format(here, own)}
    table.update(changes)


CASES = [
    (lambda it: _replica(it, secret={"path": "x"}),
     "database.secret.arn: a replica has its source's users; add arn, that of the copy here of the source's secret"),
    (lambda it: _replica(it, user="admin_user"),
     "database.user: a replica has its source's user, and AWS takes no other; remove this"),
    (lambda it: _replica(it, password="managed"),
     "database.password: a replica has its source's password, and AWS takes no other; remove this"),
    (lambda it: _replica(it, secret={"path": "x", "arn": SECRET.format("us-east-1", "1" * 12), "rotate-days": 90}),
     "database.secret.rotate-days: the secret is a copy of another stack's, which decides this; remove it, or arn"),
    (lambda it: _replica(it, secret={"path": "x", "arn": SECRET.format("us-east-1", "1" * 12), "length": 40}),
     "database.secret.length: the secret is a copy of another stack's, which decides this; remove it, or arn"),
    (lambda it: _replica(it, region="us-east-1"),
     "database.source.arn: the source is in us-east-1 too, where its own stack makes replicas; name a database "
     "elsewhere"),
    (lambda it: _replica(it, account="000000000000"),
     "database.source.arn: RDS makes replicas in the source's account, which is 000000000000, not 123456789012; "
     "name a database of this account"),
    (lambda it: _replica(it, secret={"path": "x", "arn": SECRET.format("eu-west-3", "1" * 12)}),
     "database.secret.arn: ECS and the task's role read it here; name the copy in us-east-1, not the secret in "
     "eu-west-3"),
    (lambda it: _replica(it, users=USERS),
     "database.users.copies: a replica has its source's users; add the ARNs of the copies here of their secrets, for "
     "fastapi"),
    (lambda it: _replica(it, users={**USERS, "copies": {"fastapy": SECRET.format("us-east-1", "1" * 12)}}),
     "database.users.copies.fastapy: no service 'fastapy' connects to the database; did you mean fastapi?"),
    (lambda it: _replica(it, users={**USERS, "copies": {"fastapi": SECRET.format("eu-west-3", "1" * 12)}}),
     "database.users.copies.fastapi: tasks here read the copy in us-east-1, not the secret in eu-west-3; name the "
     "copy"),
    (update("database", users={**USERS, "copies": {"fastapi": SECRET.format("us-east-1", "1" * 12)}}),
     "database.users.copies: the database did not begin as a replica, so these secrets are made here; remove this"),
    (lambda it: _replica(it, source={"arn": "acme-prod"}),
     'database.source.arn: "acme-prod" has the wrong form; use text such as '
     '"arn:aws:rds:us-east-1:123456789012:db:shop-prod-rds-postgres"'),
    (lambda it: _replica(it, source={"arn": SOURCE.format("123456789012"), "copied-days": 36}),
     "database.source.copied-days: 36 is too large; use a whole number from 1 to 35 (days)"),
    (lambda it: it.update({"cloudplatform:secret-copies": {"us-east-1": KEY.format("us-east-1")}}),
     "secret-copies.us-east-1: us-east-1 is where the secrets are; name another region"),
    (lambda it: it.update({"cloudplatform:secret-copies": {"us-west-2": KEY.format("us-east-1")}}),
     "secret-copies.us-west-2: the key encrypts in us-east-1 only; give one of us-west-2"),
    (update("secrets", "jwt-secret", value="copied"),
     "secrets.jwt-secret.arn: AWS ends the copy's ARN as it ended the first one's; add it, as the stack that owns it "
     "exports it"),
    (update("secrets", "jwt-secret", arn=SECRET.format("us-east-1", "1" * 12)),
     "secrets.jwt-secret.arn: a secret that is made here gets its ARN from AWS; remove it, or use value: copied"),
    (update("secrets", "jwt-secret", value="copied", arn=SECRET.format("eu-west-3", "1" * 12)),
     "secrets.jwt-secret.arn: tasks here read the copy in us-east-1, not the secret in eu-west-3; name the copy"),
    (update("dns", failover="primary", health_checks=False),
     "dns.failover: Route 53 would not see that this region is lost; add health-checks: true"),
    (update("dns", failover="secondary", zone="own"),
     "dns.zone: this stack would own the zone in which the primary stands; give the zone's id"),
    (lambda it: (update("dns", failover="primary", health_checks=True)(it), it.update({"cloudplatform:cdn": {}})),
     "dns.failover: CloudFront answers from every region; remove it, or cloudplatform:cdn"),
    (lambda it: (update("dns", failover="primary", health_checks=True)(it),
                 update("load-balancer", otherwise="404")(it)),
     "load-balancer.otherwise: Route 53 asks the load balancer by its own name, for which no route is; use fastapi"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "found"), CASES, ids=[found.split(":")[0] for _, found in CASES])
def test_what_is_refused(tmp_path: Path, change, found):
    """With the place, and what would be right."""
    assert found in problems(tmp_path, "prod", change)


def test_a_name_that_nobody_answers(tmp_path: Path):
    """A stack without services has nothing to fail over."""
    complaint = "dns.failover: no service has routes, so there is no name that could lead elsewhere; remove it"
    assert complaint in problems(tmp_path, "shared", update("dns", failover="primary", health_checks=True))
