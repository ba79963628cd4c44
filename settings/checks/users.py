"""The database's users: whose they are, and what the database has for them."""

import json
from collections.abc import Iterator
from typing import Final

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.operations import connections
from settings.tables.regions import region_of
from settings.tables.table import Complaint
from settings.words import choice

#: Names that an engine has for itself, or RDS for its own users.
TAKEN: Final = frozenset(
    {
        "information_schema",
        "mysql",
        "performance_schema",
        "postgres",
        "public",
        "rdsadmin",
        "rdsrepladmin",
        "root",
        "sys",
    }
)
LONGEST: Final = {"postgres": 63, "mysql": 32}  #: characters of a user's name
SPARE: Final = 10  #: connections for administrators, the rotation among them
ENVIRONMENT: Final = 3500  #: characters of the 4 KB that Lambda takes, without the variables that are always there


@check("database", "services")
def users_have_services(s: Settings) -> Iterator[Complaint]:
    table = s.database.users if s.database else None
    if table and not s.database_users:
        message = "no service connects to the database; add database to the connects of one, or remove this"
        yield Complaint(("database", "users"), message)
    for word in table.own if table else ():
        if word not in s.database_users and s.database_users:
            message = f"no service {word!r} connects to the database; {choice(word, [*s.database_users])}"
            yield Complaint(("database", "users", "own", word), message)


@check("database", "services")
def users_have_names_of_their_own(s: Settings) -> Iterator[Complaint]:
    for service, row in s.database_users.items():
        assert s.database  # whose users they are
        engine, clone = s.database.engine, s.database.of.clone
        if row.user in TAKEN or row.user == s.database.user or row.user.startswith(("pg_", "rds_")):
            message = f"its user of the database would be {row.user}, which is another's; use another word"
            yield Complaint(("services", service), message)
        elif clone and row.user.endswith(clone):
            message = (
                f"its user of the database would be {row.user}, as another's second login may be; use another word"
            )
            yield Complaint(("services", service), message)
        elif len(row.user) > LONGEST[engine]:
            message = f"{engine} takes at most {LONGEST[engine]} characters for a user's name; use a shorter word"
            yield Complaint(("services", service), message)


@check("database", "services", "region")
def users_of_a_replica_are_its_sources(s: Settings) -> Iterator[Complaint]:
    """Who follows a database has its users, and goes on with them when it is promoted."""
    table, path = s.database.users if s.database else None, ("database", "users", "copies")
    if not s.database or not table:
        return
    if table.copies and not s.database.secret.arn:
        yield Complaint(path, "the database did not begin as a replica, so these secrets are made here; remove this")
    missing = [service for service in s.database_users if service not in table.copies]
    if s.database.secret.arn and missing:
        message = "a replica has its source's users; add the ARNs of the copies here of their secrets, for "
        yield Complaint(path, message + ", ".join(missing))
    for service, arn in table.copies.items():
        if service not in s.database_users:
            message = f"no service {service!r} connects to the database; {choice(service, [*s.database_users])}"
            yield Complaint((*path, service), message)
        elif region_of(arn) != s.region:
            message = f"tasks here read the copy in {s.region}, not the secret in {region_of(arn)}; name the copy"
            yield Complaint((*path, service), message)


@check("database", "services")
def users_find_connections(s: Settings) -> Iterator[Complaint]:
    """Services' pools must fit into max_connections, with some left for administrators.

    One of them may have both its logins in use, while a rotation replaces its tasks.
    """
    most, each = connections(s.database) if s.database else None, [row.connections for row in s.database_users.values()]
    if not most or not each or not s.database:
        return
    twice = max(each) if s.database.of.clone else 0
    if sum(each) + twice > most - SPARE:
        during = f", and {twice} more of one while its tasks are replaced," if twice else ""
        message = f"{len(each)} users with {sum(each)} connections{during} leave fewer than {SPARE} of {most}; use "
        fits = (most - SPARE) // (len(each) + bool(twice))
        fewer = f"{fits} or less, or " if fits > 1 else ""
        yield Complaint(("database", "users", "connections"), f"{message}{fewer}a larger class")


@check("database", "services")
def users_are_not_shared(s: Settings) -> Iterator[Complaint]:
    """A service reads the secret of its own user, and neither another's nor the administrator's."""
    owners = {row.path: service for service, row in s.database_users.items()}
    administrator = s.database.secret.path if s.database else None
    for container in s.containers if owners else ():
        for variable, reference in container.secrets.items():
            path, own = reference.split("#")[0], f"{container.service}/database"
            if owners.get(path, container.service) != container.service or path == administrator:
                whose = f"of {owners[path]}'s user" if path in owners else "of the database's administrator"
                use = f"use {own}" if own in owners else "add database to its connects"
                yield Complaint((*container.path, "secrets", variable), f"{path} is the secret {whose}; {use}")


@check("database", "services", "cluster")
def users_are_not_read_by_all(s: Settings) -> Iterator[Complaint]:
    """Neither a service nor the role that starts its tasks may read the secrets of other services' users."""
    owners = {row.path: service for service, row in s.database_users.items()}
    administrator = s.database.secret.path if s.database else None
    for name, service in s.services.items() if owners else ():
        for index, path in enumerate(service.reads or ()):
            if path in ("*", administrator) or owners.get(path, name) != name:
                message = f"{path} is more than the secret of its own user of the database; name the secrets it needs"
                yield Complaint(("services", name, "reads", index), message)
    if owners and s.cluster.execution.secrets == "all":
        message = "each service has its own user of the database, and would get the others' secrets too; remove this"
        yield Complaint(("cluster", "execution", "secrets"), message)


@check("database", "services", "names")
def users_fit_into_an_environment(s: Settings) -> Iterator[Complaint]:
    """The rotation function gets the list of users in its environment, which AWS limits to 4 KB."""
    rows = s.database_users.values()
    told = json.dumps([[row.user, row.connections, row.user, row.grants, row.user] for row in rows])
    told += json.dumps([s.names.of("ecs-service", service) for service in s.database_users])
    if len(told) > ENVIRONMENT:
        message = f"{len(rows)} users are more than the function that makes them can be told of in 4 KB; "
        yield Complaint(("database", "users"), message + "give some services no connection to the database")
