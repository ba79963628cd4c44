"""What the tables of services, counts, steps, schedules, capacity and metrics refuse, and what they advise."""

from pathlib import Path

import pytest

from settings.tables.scaling import CountTable
from tests.settings.changed import problems, update


def _count(**words: object):
    return update("services", "fastapi", count={key.replace("_", "-"): value for key, value in words.items()})


def _step(**step: object):
    return _count(min=1, max=4, cpu=70, steps={"jobs": step})


def _row(**row: object):
    return _count(min=2, max=4, cpu=70, schedule={"morning": {"cron": "0 7 ? * MON-FRI *", **row}})


COUNT = "services.fastapi.count"
CASES = [
    (_count(min=2, cpu=70), f"{COUNT}: scaling needs room above min 2; add max: 3 or more"),
    (_count(min=2, max=2, cpu=70), f"{COUNT}.max: scaling needs room above min 2; use 3 or more"),
    (_count(min=2, max=4), f"{COUNT}: nothing says when to scale; use cpu, memory, requests, steps or schedule"),
    (_count(min=2, max=4, steps={"a": {"metric": "cpu", "up": 80}}),
     f"{COUNT}: nothing says when tasks may go again; use cpu, memory or requests, or down in one of the steps"),
    (_count(min=2, max=4, alarms={"service-cpu": 1}),
     f"{COUNT}: nothing says when tasks may go again; use cpu, memory or requests, or down in one of the steps"),
    (_count(min=2, max=4, cpu=70, alarms={"database-cpu": 1}),
     f"{COUNT}.alarms.database-cpu: unknown key; use service-cpu or service-memory"),
    (_step(metric="cpu"), f"{COUNT}.steps.jobs: a step goes up or down; use up, down or both"),
    (_step(metric="cpu", up=30, down=30),
     f"{COUNT}.steps.jobs.down: tasks would come and go for ever; use less than up 30"),
    (_step(metric="depht", up=30), f"{COUNT}.steps.jobs.metric: there is no metric 'depht'; use cpu or memory"),
    (_row(), f"{COUNT}.schedule.morning: it would change nothing; use min, max or both"),
    (_row(min=3, cron="0 7 * * MON-FRI *"),
     f"{COUNT}.schedule.morning.cron: '0 7 * * MON-FRI *' must have ? for one of the two days; use one such as "
     "0 7 ? * MON-FRI *"),
    (_row(min=3, cron="0 7 * * 1-5"),
     f'{COUNT}.schedule.morning.cron: "0 7 * * 1-5" has the wrong form; use text such as "0 7 ? * MON-FRI *"'),
    (_row(min=3, zone="Europe/Berlyn"),
     f"{COUNT}.schedule.morning.zone: there is no time zone 'Europe/Berlyn'; did you mean Europe/Berlin?"),
    (_row(min=3, zone="my clock"),
     f"{COUNT}.schedule.morning.zone: there is no time zone 'my clock'; use one such as Europe/Berlin or UTC"),
    (_row(min=5),
     f"{COUNT}.schedule.morning.min: min 5 is above max 4 from then on; use 4 or less, or raise max"),
    (_row(max=1), f"{COUNT}.schedule.morning.max: min 2 is above max 1 from then on; use 2 or more, or lower min"),
    (update("services", "fastapi", capacity="mixed"),
     "services.fastapi.capacity: mixed capacity needs a mix; add mix: {base: 1, spot: 3}"),
    (update("services", "fastapi", mix={"spot": 1}),
     "services.fastapi.mix: capacity is on-demand alone; use capacity: mixed, or remove this"),
    (update("services", "fastapi", capacity="mixed", mix={"spot": 0, "on-demand": 0}),
     "services.fastapi.mix.spot: one of the weights must be more than 0; use spot: 1 or on-demand: 1"),
    (lambda it: it.update({"cloudplatform:metrics": {"cpu": {"namespace": "A", "name": "B"}}}),
     "metrics.cpu: cpu already names a metric of each service; use another word"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change, wanted: str) -> None:
    assert wanted in problems(tmp_path, "dev", change)


def test_a_metric_of_the_file_is_advised(tmp_path: Path) -> None:
    def change(it) -> None:
        _step(metric="queue-dept", up=30)(it)
        it["cloudplatform:metrics"] = {"queue-depth": {"namespace": "Shop", "name": "Depth"}}

    wanted = f"{COUNT}.steps.jobs.metric: there is no metric 'queue-dept'; did you mean queue-depth?"
    assert wanted in problems(tmp_path, "dev", change)


def test_alarms_must_be_there(tmp_path: Path) -> None:
    def change(it) -> None:
        _count(min=1, max=4, cpu=70, alarms={"service-cpu": 1})(it)
        it.pop("cloudplatform:alerts")

    wanted = f"{COUNT}.alarms: there are no alarms without alerts; add cloudplatform:alerts, or use steps"
    assert wanted in problems(tmp_path, "dev", change)


def test_a_night_of_one_task_is_too_few_in_prod(tmp_path: Path) -> None:
    """Whatever the count says by day."""
    change = _count(min=3, max=6, cpu=70, schedule={"night": {"cron": "0 20 ? * * *", "min": 1}})
    wanted = f"{COUNT}.schedule.night.min: one task that fails takes a protected service with it; use 2 or more, or "
    assert wanted + "choose a weaker posture" in problems(tmp_path, "prod", change)


def test_requests_need_a_route(tmp_path: Path) -> None:
    def change(it) -> None:
        worker = {**it["cloudplatform:services"]["fastapi"], "routes": {}, "group": "worker"}
        it["cloudplatform:services"]["worker"] = {**worker, "count": {"min": 1, "max": 2, "requests": 5}}

    wanted = (
        "services.worker.count.requests: no requests reach it through the load balancer; add routes, or remove this"
    )
    assert wanted in problems(tmp_path, "dev", change)


NOBODY = "no route leads to it, so that the load balancer"
COMMAND = {"command": ["CMD", "check"]}
UNASKED = [
    ({"health": {"path": "/up"}}, f"health.path: {NOBODY} asks for nothing; add routes, or command for ECS to run in "
     "it, or remove this"),
    ({"health": {"interval": 60}}, f"health.interval: {NOBODY} asks for nothing; add routes, or command for ECS to run "
     "in it, or remove this"),
    ({"health": {**COMMAND, "interval": 60, "status": "204"}}, f"health.status: {NOBODY} asks for nothing; add "
     "routes, or remove this"),
    ({"health": COMMAND, "balancing": {"sticky-seconds": 60}}, f"balancing.sticky-seconds: {NOBODY} chooses nothing; "
     "add routes, or remove this"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wanted"), UNASKED)
def test_what_is_said_for_the_load_balancer_needs_routes(tmp_path: Path, words, wanted: str) -> None:
    """Of a service as of a container beside its first."""

    def change(it) -> None:
        services = it["cloudplatform:services"]
        plain = {key: value for key, value in services["fastapi"].items() if key not in ("routes", "health", "port")}
        services["worker"] = {**plain, "group": "worker", **words}
        services["fastapi"]["containers"] = {"side": {"image": plain["image"], **words}}

    found = problems(tmp_path, "dev", change)
    assert {f"services.worker.{wanted}", f"services.fastapi.containers.side.{wanted}"} <= set(found)


def test_what_defaults_say_for_the_load_balancer_is_for_those_with_routes(tmp_path: Path) -> None:
    """A worker that says nothing itself has them, too, and nobody asks it."""

    def change(it) -> None:
        services = it["cloudplatform:services"]
        it["cloudplatform:service-defaults"] = {"health": {"path": "/up"}, "balancing": {"sticky-seconds": 60}}
        plain = {key: value for key, value in services["fastapi"].items() if key not in ("routes", "health", "port")}
        services["worker"] = {**plain, "group": "worker"}
        services["own"] = {**plain, "group": "worker", "health": {"interval": 60}}
        update("tags", Environment="x")(it)  # `problems` wants one

    found = [each for each in problems(tmp_path, "dev", change) if NOBODY in each]
    assert [each.partition(":")[0] for each in found] == ["services.own.health.interval"]


def test_the_least_of_a_schedule() -> None:
    """What alarms on running tasks count from: no row's time may ring."""
    rows = {"night": {"cron": "0 20 ? * * *", "min": 1}, "day": {"cron": "0 7 ? * * *", "min": 4}}
    assert CountTable.model_validate({"min": 3, "max": 6, "schedule": rows}).least == 1
    assert CountTable.model_validate({"min": 3}).least == 3


SERVICES = [
    ("prod", update("services", "fastapi", shell=True),
     "services.fastapi.shell: a protected stack allows no shell in its containers; remove this, or choose a "
     "weaker posture"),
    ("dev", update("services", "fastapi", shell=True, internet=False),
     "services.fastapi.shell: a shell cannot reach ssmmessages; add that to network.endpoints.interface, or "
     "internet: true here"),
    ("dev", update("services", "fastapi", secrets={"DATABASE_PASSWORD": "database/credentials#passwrd"}),
     "services.fastapi.secrets.DATABASE_PASSWORD: database/credentials has no key 'passwrd'; did you mean password?"),
    ("dev", lambda it: (update("services", "fastapi", secrets={"DATABASE": "database/credentials#database"})(it),
                        update("database", secret={"path": "database/credentials", "form": "rds"})(it)),
     "services.fastapi.secrets.DATABASE: database/credentials has no key 'database'; use dbname, engine, host, "
     "password, port or username"),
    ("dev", update("services", "fastapi", secrets={}),
     "services.fastapi.connects[0]: nothing lets it log in to the database; add secrets: {DATABASE_PASSWORD: "
     "database/credentials#password}"),
    ("dev", update("tags", **{"aws:owner": "x"}),
     "tags.aws:owner: keys that begin with aws: are AWS's own; use another key"),
    ("dev", update("tags", **{"Environment": "x"}), "tags.Environment: every resource has it: dev; remove this"),
    ("dev", update("buckets", "assets", tags={"x" * 129: "y"}),
     f"buckets.assets.tags.{'x' * 40}…{'x' * 19}: a tag's key has at most 128 characters, not 129"),
    ("dev", update("database", maintenance_window="sun:03:30-sun:04:30"),
     "database.maintenance-window: RDS makes its backups then (03:00-04:00); use another time, such as "
     "sun:04:30-sun:05:30"),
    ("dev", update("database", backup_window="23:30-00:30", maintenance_window="sat:23:00-sun:00:00"),
     "database.maintenance-window: RDS makes its backups then (23:30-00:30); use another time, such as "
     "sat:01:00-sat:02:00"),
    ("dev", update("database", parameters={"max_connections": "5"}),
     "database.parameters.max_connections: RDS takes 6 to 8388607 connections for postgres; use a number of these"),
    ("dev", update("database", parameters={"max_connections": "9" * 5000}),
     "database.parameters.max_connections: RDS takes 6 to 8388607 connections for postgres; use a number of these"),
    ("dev", update("database", engine="mysql", version="8.4", parameters={"max_connections": "100001"}),
     "database.parameters.max_connections: RDS takes 1 to 100000 connections for mysql; use a number of these"),
    ("dev", update("cache", snapshot_days=1, snapshot_window="05:30-06:30"),
     "cache.maintenance-window: ElastiCache makes its backups then (05:30-06:30); use another time, such as "
     "sun:07:00-sun:08:00"),
    ("dev", update("cache", snapshot_days=1, snapshot_window="03:00-03:30"),
     "cache.snapshot-window: ElastiCache wants 60 minutes or more, not 30"),
    ("dev", update("cache", snapshot_days=1, maintenance_window="sun:05:00-sun:05:30"),
     "cache.maintenance-window: ElastiCache wants 60 minutes or more, not 30"),
    ("dev", update("cache", snapshot_days=0, snapshot_window="03:00-04:00"),
     "cache.snapshot-window: no snapshots are made; add snapshot-days, or remove this"),
    ("dev", update("database", backup_window="03:00-03:20"),
     "database.backup-window: RDS wants 30 minutes or more, not 20"),
    ("dev", update("services", "fastapi", archive="nowhere"),
     "services.fastapi.archive: there is no bucket 'nowhere'; use assets, backups or logs"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "message"), SERVICES)
def test_what_a_service_is_refused(tmp_path: Path, stack: str, change, message: str) -> None:
    assert message in problems(tmp_path, stack, change)
