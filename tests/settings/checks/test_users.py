"""What the tables of the database's users are refused for."""

from pathlib import Path
from typing import Any

import pytest

from settings.tables.users import UsersTable
from tests.settings.changed import Config, problems

USERS: dict[str, Any] = {"rotate-days": 90, "connections": 10}


def _users(variable: str = "fastapi/database", word: str = "fastapi", database: Any = (), **users: Any) -> Any:
    """With users, and one service that is called `word` and reads this secret."""

    def change(config: Config) -> None:
        config["cloudplatform:database"] |= {"users": USERS | users, **dict(database)}
        services = config["cloudplatform:services"]
        services[word] = services.pop("fastapi")
        services[word]["secrets"] = {"DATABASE_URL": variable}

    return change


def _nobody(config: Config) -> None:
    _users()(config)
    config["cloudplatform:services"]["fastapi"]["connects"] = ["cache"]


def _many(config: Config) -> None:
    _users("{service}/database", connections=2, database={"parameters": {"max_connections": "1000"}})(config)
    services = config["cloudplatform:services"]
    services |= {f"service-{number:02}": {**services["fastapi"], "routes": {}} for number in range(40)}


def _reading(path: str, **execution: str) -> Any:
    """The service's code reads a secret itself; what starts its tasks reads no more, or all."""

    def change(config: Config) -> None:
        _users("fastapi/database")(config)
        config["cloudplatform:services"]["fastapi"]["reads"] = [path]
        config["cloudplatform:cluster"] = {"execution": execution}

    return change


NEEDS = "the secret of its own user of the database; name the secrets it needs"
OWN = "database.users.own"
READS = "services.{}.secrets.DATABASE_URL: {} is the secret of "
CASES = [
    (_nobody, "database.users: no service connects to the database; add database to the connects of one, or remove "
     "this"),
    (_users(own={"fastapy": {}}),
     f"{OWN}.fastapy: no service 'fastapy' connects to the database; did you mean fastapi?"),
    (_users(grants=["select", "insert", "select"]), "database.users.grants[2]: select is named twice; name it once"),
    (_users(own={"fastapi": {"grants": ["select", "select"]}}),
     f"{OWN}.fastapi.grants[1]: select is named twice; name it once"),
    (_users("postgres/database", "postgres"),
     "services.postgres: its user of the database would be postgres, which is another's; use another word"),
    (_users("rds-proxy/database", "rds-proxy"),
     "services.rds-proxy: its user of the database would be rds_proxy, which is another's; use another word"),
    (_users("app-admin/database", "app-admin"),
     "services.app-admin: its user of the database would be app_admin, which is another's; use another word"),
    (_users("api-clone/database", "api-clone"),
     "services.api-clone: its user of the database would be api_clone, as another's second login may be; use another "
     "word"),
    (_users("a-service-with-a-very-long-name-of-40/database", "a-service-with-a-very-long-name-of-40",
            {"engine": "mysql", "version": "8.4", "port": 3306, "parameters": {}}),
     "services.a-service-with-a-very-long-name-of-40: mysql takes at most 32 characters for a user's name; use a "
     "shorter word"),
    (_users(connections=496, database={"parameters": {"max_connections": "1000"}}),
     "database.users.connections: 1 users with 496 connections, and 496 more of one while its tasks are replaced, "
     "leave fewer than 10 of 1000; use 495 or less, or a larger class"),
    (_users(connections=991, database={"engine": "mysql", "version": "8.4", "port": 3306,
                                       "parameters": {"max_connections": "1000"}}),
     "database.users.connections: 1 users with 991 connections leave fewer than 10 of 1000; use 990 or less, or a "
     "larger class"),
    (_users(connections=2, database={"parameters": {"max_connections": "10"}}),
     "database.users.connections: 1 users with 2 connections, and 2 more of one while its tasks are replaced, leave "
     "fewer than 10 of 10; use a larger class"),
    (_users("database/credentials"),
     READS.format("fastapi", "database/credentials") + "the database's administrator; use fastapi/database"),
    (_users("fastapi/database#password"),
     "services.fastapi.secrets.DATABASE_URL: fastapi/database holds one text and no JSON; use fastapi/database"),
    (_reading("*"), "services.fastapi.reads[0]: * is more than " + NEEDS),
    (_reading("database/credentials"), "services.fastapi.reads[0]: database/credentials is more than " + NEEDS),
    (_reading("fastapi/database", secrets="all"),
     "cluster.execution.secrets: each service has its own user of the database, and would get the others' secrets too; "
     "remove this"),
    (_users(database={"password": "managed"}),
     "database.users: the function that makes them logs in with a secret of this stack; use password: generated"),
    (_many, "database.users: 41 users are more than the function that makes them can be told of in 4 KB; give some "
     "services no connection to the database"),
]  # fmt: skip


def test_its_own_secret_may_be_read(tmp_path: Path) -> None:
    """By its code too; what is refused is the other thing."""
    found = problems(tmp_path, "dev", _reading("fastapi/database", secrets="all"))
    assert not [each for each in found if "reads" in each]


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change: Any, wanted: str) -> None:
    assert wanted in problems(tmp_path, "dev", change)


def test_no_service_reads_anothers(tmp_path: Path) -> None:
    """Nor one that has none."""

    def change(config: Config) -> None:
        _users()(config)
        services = config["cloudplatform:services"]
        services["worker"] = {**services["fastapi"], "routes": {}}
        services["mailer"] = {**services["fastapi"], "routes": {}, "connects": ["cache"]}

    found = problems(tmp_path, "dev", change)
    whose = "fastapi's user"
    assert READS.format("worker", "fastapi/database") + f"{whose}; use worker/database" in found
    assert READS.format("mailer", "fastapi/database") + f"{whose}; add database to its connects" in found
    assert not [each for each in found if each.startswith("services.fastapi.secrets")]


def test_few_connections_are_no_matter_without_users(tmp_path: Path) -> None:
    """Of a database that has fewer than what is kept for administrators."""

    def change(config: Config) -> None:
        config["cloudplatform:database"]["parameters"] = {"max_connections": "6"}
        config["cloudplatform:wrong"] = {}

    assert not [each for each in problems(tmp_path, "dev", change) if each.startswith("database.users")]


def test_what_a_service_has_otherwise() -> None:
    """Its own words, and the others' where it says none."""
    table = UsersTable.model_validate(
        USERS | {"own": {"back-office": {"grants": ["select"]}, "api": {"connections": 3}}}
    )
    office, api = table.of("back-office"), table.of("api")
    assert (office.user, office.path, office.connections, office.grants) == (
        "back_office", "back-office/database", 10, ("select",)
    )  # fmt: skip
    assert (api.connections, api.grants) == (3, ("select", "insert", "update", "delete"))
