"""What AWS offers is what maintained packages know; what none knows is refused, and `allow-unknown` lets it pass."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functions.common.function import RUNTIME
from settings.checks.known import unlisted
from settings.known import FILE, sources, table
from settings.tables import engines, fargate
from tests.settings.changed import Config, problems, update
from tests.settings.file.mending import committed, read

DAY = table()["day"]


def test_the_table_is_what_the_packages_know() -> None:
    """It is written anew by `python -m settings.known.sources`; MySQL's parameters where `.ci/mysql` has run."""
    mysql = None if (sources.MYSQL / "bin/mysqld").exists() else table()["parameters"]["mysql"]
    found = sources.table(mysql)
    assert {word for word in found if found[word] != table()[word]} == set()
    assert FILE.read_text() == sources.text(found, DAY)


def test_the_postgres_of_rds_reads_these_at_its_start_only() -> None:
    """RDS refuses such a parameter with apply method `immediate`. PostgreSQL 18 has 69, and RDS two of its own."""
    known = engines.known(engines.ENGINES["postgres"], "18")
    static = {name for name, at_start in known.items() if at_start}
    assert len([name for name in static if not name.startswith("rds.")]) == 69
    assert {"max_connections", "io_method", "max_wal_senders", "rds.logical_replication"} < static
    assert {"work_mem", "rds.force_ssl", "ssl_min_protocol_version"} < known.keys() - static


def test_a_version_that_no_server_tells_of_has_the_parameters_of_all() -> None:
    known = engines.known(engines.ENGINES["postgres"], "17")
    assert known["io_method"] is True  # static in 18, unknown to 16
    assert known["work_mem"] is False


def test_fargate_has_32_processors() -> None:
    assert fargate.memories_for(32768) == (61440, 122880, 249856)


def test_functions_run_on_a_runtime_that_is_offered() -> None:
    """New ones may still be made with it."""
    assert RUNTIME in table()["runtimes"]
    assert (table()["runtimes"][RUNTIME] or "9999") > DAY


def _network(**words: Any) -> Callable[[Config], object]:
    return update("network", **words)


def _zones(it: Config) -> None:
    it["cloudplatform:network"]["zones"] = ["us-east-1a", "us-east-1b", "us-east-1z"]


def _region(it: Config) -> None:
    it["aws:region"] = "us-east-9"


REFUSED = [
    (_region, "aws:region", f"AWS has no region 'us-east-9' as of {DAY}; did you mean us-east-2? or"),
    (lambda it: it.update({"cloudplatform:detection": {"security-hub": {"gathers": ["us-west-9"]}}}),
     "detection.security-hub.gathers[0]", f"AWS has no region 'us-west-9' as of {DAY}; did you mean us-west-2? or"),
    (_zones, "network.zones[2]", f"AWS has no zone 'us-east-1z' as of {DAY}; did you mean us-east-1f? or"),
    (update("network", "endpoints", interface=["ecr.drk"]), "network.endpoints.interface[0]",
     f"AWS has no endpoint service 'ecr.drk' as of {DAY}; did you mean ecr.dkr? or"),
    (update("database", **{"class": "db.r9g.large"}), "database.class",
     f"AWS has no class for postgres 15 'db.r9g.large' as of {DAY}; did you mean db.r8g.large? or"),
    (update("database", version="15.99", minor_upgrades=False), "database.version",
     f"AWS has no version of postgres '15.99' as of {DAY}; did you mean 15.9? or"),
    (update("cache", node="cache.t9g.micro"), "cache.node",
     f"AWS has no node type 'cache.t9g.micro' as of {DAY}; did you mean cache.t4g.micro? or"),
    (update("cache", version="7.9"), "cache.version",
     f"AWS has no version of redis '7.9' as of {DAY}; did you mean 7.1? or"),
    (update("load-balancer", tls="ELBSecurityPolicy-TLS13-1-3-2021-16"), "load-balancer.tls",
     f"AWS has no TLS policy 'ELBSecurityPolicy-TLS13-1-3-2021-16' as of {DAY}; did you mean "
     "ELBSecurityPolicy-TLS13-1-3-2021-06? or"),
    (update("functions", log_days=31), "functions.log-days",
     f"AWS has no number of days for a log '31' as of {DAY}; did you mean 30? or"),
    (update("network", "flow-logs", days=45), "network.flow-logs.days",
     f"AWS has no number of days for a log '45' as of {DAY}; did you mean 30? or"),
    (update("database", parameters={"max_connections": "100", "io_methud": "sync"}), "database.parameters.io_methud",
     f"AWS has no parameter of postgres 15 'io_methud' as of {DAY}; did you mean io_method? or"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "words"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_no_list_has_is_refused_with_the_nearest(change: Any, field: str, words: str, tmp_path: Path) -> None:
    assert f"{field}: {words} name it in allow-unknown" in problems(tmp_path, "dev", change)


def test_a_region_that_aws_does_not_have_is_told_once(tmp_path: Path) -> None:
    """Zones and images are compared with it, and are not wrong themselves."""
    [problem] = problems(tmp_path, "dev", lambda it: it.update({"aws:region": "us-esat-1"}))
    assert problem == f"aws:region: AWS has no region 'us-esat-1' as of {DAY}; did you mean us-east-1? or name it in " \
        "allow-unknown"  # fmt: skip


def test_a_version_that_aws_does_not_have_is_told_once(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, "dev", update("database", version="99"))
    assert problem == f"database.version: AWS has no version of postgres '99' as of {DAY}; did you mean 18? or name " \
        "it in allow-unknown"  # fmt: skip


def test_a_class_that_aws_does_not_have_is_told_once(tmp_path: Path) -> None:
    """How many connections it takes is asked when it is allowed by name."""

    def change(it: Config) -> None:
        update("database", **{"class": "db.t3.mega"}, parameters={})(it)

    [problem] = problems(tmp_path, "dev", change)
    assert problem.startswith("database.class: AWS has no class")

    def allowed(it: Config) -> None:
        change(it)
        it["cloudplatform:allow-unknown"] = ["db.t3.mega"]

    [problem] = problems(tmp_path, "dev", allowed)
    assert problem.startswith("database.parameters.max_connections: the alarm on connections must know")


ALLOWED = [row for row in REFUSED if row[1] != "aws:region"]  # in another region more would be wrong


@pytest.mark.parametrize(("change", "field", "words"), ALLOWED, ids=[row[1] for row in ALLOWED])
def test_what_is_newer_than_the_lists_is_allowed_by_name_and_told(change: Any, field: str, words: str) -> None:
    config = committed("dev")
    change(config)
    value = words.split("'")[1]
    config["cloudplatform:allow-unknown"] = [value]
    settings, wrong = read(config, "dev")
    assert wrong == []
    assert settings
    [note] = unlisted(settings)
    assert value in note
    assert note.endswith(f"as of {DAY}; allow-unknown lets it pass")


@pytest.mark.parametrize(
    ("engine", "version", "size"),
    [("postgres", "17.4", "db.m8g.large"), ("postgres", "17", "db.t4g.micro"), ("mysql", "8.4", "db.r5.large")],
)
def test_what_any_list_has_is_accepted(engine: str, version: str, size: str) -> None:
    """cfn-lint lists other classes for 17.4 than for 17.6, and calls a major alone deprecated."""
    config = committed("dev")
    config["cloudplatform:database"] |= {"engine": engine, "version": version, "class": size, "minor-upgrades": False}
    assert read(config, "dev")[1] == []


def test_the_table_can_be_read_by_people() -> None:
    """A day, the packages' versions, and lines that fit."""
    assert json.loads(FILE.read_text())["packages"].keys() == set(sources.PACKAGES)
    assert max(map(len, FILE.read_text().splitlines())) < 160
