"""What the tables of alerts, alarms, hours, costs and rotations refuse, and what they advise."""

from pathlib import Path

import pytest

from settings.tables.data import DatabaseTable
from settings.tables.operations import connections
from tests.settings.changed import problems, update

NOBODY = "nobody would hear of the {0}; add cloudplatform:alerts"


def _remove(table: str):
    return lambda config: config.pop(f"cloudplatform:{table}")


CASES = [
    ("prod", lambda it: it.update({"cloudplatform:hours": {"start": "08:00", "stop": "20:00", "offset": -5}}),
     "hours: a protected stack runs day and night; remove this, or choose a weaker posture"),
    ("dev", update("database", replicas={"reader": {}}),
     "hours: RDS cannot stop a database with replicas; remove one of the two"),
    ("dev", update("hours", stop="07:00"), "hours.stop: it would stop before it starts; use a time after 08:00"),
    ("dev", update("alarms", database_memory=500),
     "alarms.database-memory: a healthy db.t3.micro has hardly more free, so the alarm would always be on; use 256 or "
     "less"),
    ("dev", update("alarms", database_storage=20),
     "alarms.database-storage: the disk has 20 GB in all, so the alarm would always be on; use less"),
    ("dev", update("database", parameters={"max_connections": "LEAST(1,2)"}),
     'database.parameters.max_connections: the alarm on connections must know how many there may be; use text such as '
     '"100"'),
    ("dev", update("alerts", "slack", webhook="app/jwt-secret"),
     "alerts.slack.webhook: no secret 'app/jwt-secret' holds a webhook's URL; use app/external-api-keys or "
     "monitoring/slack-webhook"),
    ("dev", update("alerts", critical=["a@acme.com", "a@acme.com"]),
     "alerts.critical[1]: a@acme.com is named twice; name it once"),
    ("prod", update("alerts", pagerduty="https://events.pagerduty.com/integration/0123456789abcdef/enqueue"),
     "alerts.pagerduty: whoever has this URL can page; use config, give the URL with "
     "`pulumi config set --secret secret:pagerduty`, and renew it where this file was committed"),
    ("prod", update("alerts", pagerduty="config"),
     "alerts.pagerduty: no value is configured; run `pulumi config set --secret secret:pagerduty`, or remove this"),
    ("dev", update("services", "fastapi", alarms={"database-cpu": 60}),
     "services.fastapi.alarms.database-cpu: unknown key; use service-cpu, service-memory, service-tasks, "
     "service-errors or off"),
    ("dev", update("network", **{"flow-logs": {"log": "system"}}),
     "network.flow-logs.log: there is no log 'system'; add one to cloudplatform:logs"),
    ("dev", lambda it: it.update({"cloudplatform:logs": {"system": {"days": 30}}}),
     "logs.system: nothing is written to it; name it in network.flow-logs or cluster, or remove it"),
    ("dev", update("network", **{"flow-logs": {"log": "system", "days": 30}}),
     "network.flow-logs.days: the log system says how long it keeps them; remove this"),
    ("shared",
     lambda it: it.update({"cloudplatform:logs": {"system": {}}, "cloudplatform:cluster": {"events": "system"}}),
     "cluster.events: there is no cluster without services; remove this"),
    ("dev", update("cluster", events="sytem"),
     "cluster.events: there is no log 'sytem'; add one to cloudplatform:logs"),
    ("dev", update("database", secret={"path": "database/credentials", "rotate-hours": 3}),
     "database.secret.rotate-hours: no function renews it; add rotate-days, or remove this"),
    ("dev", update("cache", secret={"path": "cache/auth-token", "rotate-hours": 3}),
     "cache.secret.rotate-hours: no function renews it; add rotate-days, or remove this"),
    ("dev", update("network", acls="strict", deny=[f"198.51.{third}.0/24" for third in range(12)]),
     "network.acls: a strict network ACL could need 24 rules a direction, and AWS allows 20; use true"),
    ("dev", update("network", acls="severe"), 'network.acls: "severe" is text; use true or false or strict'),
    ("dev", update("budget", alerts=[80, 80]), "budget.alerts[1]: 80 is named twice; name it once"),
    ("prod", update("services", "fastapi", connects=["cache"]),
     "database.secret.rotate-days: the function that rotates it runs where a service connects to the database, and "
     "none does; add database to the connects of a service, or remove this"),
    ("prod", update("services", "fastapi", internet=False),
     "database.secret.rotate-days: the function that rotates it cannot reach ecs; add that to "
     "network.endpoints.interface, or internet: true to services.fastapi"),
    ("shared", update("costs", tags=["Owner", "Owner"]), "costs.tags[1]: Owner is named twice; name it once"),
    ("shared", update("detection", "response", public_groups=["a", "a"]),
     "detection.response.public-groups[1]: a is named twice; name it once"),
    ("shared", update("detection", "guardduty", features=["s3", "rds", "lambda"]),
     "detection.guardduty.features: the response isolates tasks, of which GuardDuty finds nothing without runtime; add "
     "it"),
    ("dev", lambda it: it.update({"cloudplatform:datadog": {"account": "123456789012", "external-id": "abc123"}}),
     "datadog.account: this is the stack's own account; Datadog's is 464622532012, which is the default"),
    ("dev", lambda it: it.update({"cloudplatform:datadog": {"external-id": "a b"}}),
     'datadog.external-id: "a b" has the wrong form; use text such as "0123456789abcdef0123456789abcdef"'),
    ("shared", lambda it: it["cloudplatform:audit"].pop("trail"),
     "detection.response: the response acts on events of the trail, and the stack has none; add audit.trail"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, stack: str, change, wanted: str) -> None:
    assert wanted in problems(tmp_path, stack, change)


@pytest.mark.parametrize("table", ["budget", "alarms"])
def test_somebody_must_hear(tmp_path: Path, table: str) -> None:
    found = problems(tmp_path, "dev", _remove("alerts"))
    assert f"{table}: {NOBODY.format(table)}" in found


def test_somebody_must_hear_of_a_service(tmp_path: Path) -> None:
    def change(config) -> None:
        config["cloudplatform:services"]["fastapi"]["alarms"] = {"service-cpu": 60}
        del config["cloudplatform:alerts"]

    assert f"services.fastapi.alarms: {NOBODY.format('alarms')}" in problems(tmp_path, "dev", change)


def test_costs_and_reports_must_be_heard_too(tmp_path: Path) -> None:
    found = problems(tmp_path, "shared", _remove("alerts"))
    assert f"costs: {NOBODY.format('costs')}" in found
    assert (
        "detection.security-hub.report: the report goes to the addresses of alerts; add cloudplatform:alerts" in found
    )


@pytest.mark.parametrize(
    ("size", "parameters", "wanted"),
    [
        ("db.t3.micro", {}, 112),
        ("db.t3.small", {}, 225),
        ("db.t3.medium", {}, 450),
        ("db.r6g.large", {}, None),
        ("db.t3.micro", {"max_connections": "80"}, 80),
        ("db.t3.micro", {"max_connections": "{x}"}, None),
    ],
)
def test_how_many_connections_there_may_be(size: str, parameters: dict[str, str], wanted: int | None) -> None:
    """The parameter, or PostgreSQL's default on RDS for the class (note N-11)."""
    table = DatabaseTable.model_validate({"version": "15", "class": size, "parameters": parameters})
    assert connections(table) == wanted
