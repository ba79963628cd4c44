"""Refuses values that AWS does not offer (regions, classes, versions), unless `allow-unknown` names them."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast, get_args

from settings.checks.check import check
from settings.known import table
from settings.settings import Settings
from settings.tables import engines
from settings.tables.table import LOG_DAYS, Complaint, Path, Table
from settings.words import nearest


class Value(NamedTuple):
    """A value that AWS must offer: its path in the stack file, its kind, and all known values of that kind."""

    path: Path
    kind: str
    word: str
    known: Collection[str]

    @property
    def listed(self) -> bool:
        """Whether it is in the list of what AWS offers."""
        return self.word in self.known


def _places(s: Settings) -> Iterator[Value]:
    """Regions, zones and endpoint services."""
    found, regions = table(), table()["regions"]
    yield Value(("region",), "region", s.region, regions)
    for index, zone in enumerate(s.network.zones if s.network else ()):
        if zone[:-1] == s.region in found["zones"]:  # of another region: told elsewhere
            yield Value(
                ("network", "zones", index), "zone", zone, [s.region + each for each in found["zones"][s.region]]
            )
    if s.network and s.network.endpoints:
        for index, name in enumerate(s.network.endpoints.interface):
            yield Value(("network", "endpoints", "interface", index), "endpoint service", name, found["endpoints"])
    for word, repository in s.repositories.items():
        for index, region in enumerate(repository.replicate_to):
            yield Value(("repositories", word, "replicate-to", index), "region", region, regions)
    hub = s.detection.security_hub
    for index, region in enumerate(hub.gathers if hub else ()):
        yield Value(("detection", "security-hub", "gathers", index), "region", region, regions)
    if s.backup and s.backup.copy_to:
        yield Value(("backup", "copy-to", "region"), "region", s.backup.copy_to.region, regions)


def _stores(s: Settings) -> Iterator[Value]:
    """Engines, their versions, classes and parameters."""
    found, database, cache = table(), s.database, s.cache
    if database:
        here, of = found["database"][database.engine], database.of
        version = Value(("database", "version"), f"version of {database.engine}", database.version, _versions(of.word))
        yield version
        major = database.major
        fitting = [name for name, majors in here["classes"].items() if not majors or major in majors]
        classes = (fitting if version.listed else ()) or here["classes"]  # nobody knows those of an unknown version
        kind = f"class for {database.engine} {major}"
        yield Value(("database", "class"), kind, database.instance_class, classes)
        for word, replica in database.replicas.items():
            if name := replica.instance_class:
                yield Value(("database", "replicas", word, "class"), kind, name, classes)
        parameters = engines.known(of, major)
        for name in database.parameters:
            if name.startswith("rds.") or "." not in name:  # others are an extension's
                kind = f"parameter of {database.engine} {major}"
                yield Value(("database", "parameters", name), kind, name, parameters)
    if cache:
        versions = found["cache"][cache.engine]["versions"]
        yield Value(("cache", "version"), f"version of {cache.engine}", cache.version, versions)
        yield Value(("cache", "node"), "node type", cache.node, found["nodes"])


@cache
def _versions(engine: str) -> Sequence[str]:
    """The major versions of an engine, and those that are told to the last digit."""
    whole = table()["database"][engine]["versions"]
    return list(dict.fromkeys([*(engines.major(engines.ENGINES[engine], each) or each for each in whole), *whole]))


def _edge(s: Settings) -> Iterator[Value]:
    if s.load_balancer:
        yield Value(("load-balancer", "tls"), "TLS policy", s.load_balancer.tls, table()["tls"])


def _runtimes(s: Settings) -> Iterator[Value]:
    """Lambda runtimes that were not deprecated on the day of the list."""
    found = table()
    kept = [word for word, end in found["runtimes"].items() if not end or end > found["day"]]
    for word, code in s.functions.code.items():
        yield Value(("functions", "code", word, "runtime"), "runtime", code.runtime, kept)


def _log_days(s: Settings) -> Iterator[Value]:
    """Retention days of logs, wherever a table has them."""
    known = [str(days) for days in table()[LOG_DAYS]]
    for path, days in _marked(s.__dict__, ()):
        yield Value(path, "number of days for a log", str(days), known)


def _marked(tables: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, int]]:
    """The fields below that are marked as days of a log."""
    for name, value in tables.items():
        if isinstance(value, Table):
            here = (*path, name.replace("_", "-"))
            marked = ((word, alias) for word, alias in _log_fields(type(value)) if word in value.model_fields_set)
            yield from (((*here, alias), getattr(value, word)) for word, alias in marked)
            yield from _marked({word: getattr(value, word) for word in _inner_tables(type(value))}, here)
        elif isinstance(value, dict):
            yield from _marked(cast(dict[str, Any], value), (*path, name.replace("_", "-")))


@cache
def _log_fields(kind: type[Table]) -> Sequence[tuple[str, str]]:
    """The fields of a table that are marked so, each with its word in a stack file."""
    return [(word, info.alias or word) for word, info in kind.model_fields.items() if LOG_DAYS in info.metadata]


@cache
def _inner_tables(kind: type[Table]) -> Sequence[str]:
    """The fields of a table in which there may be others: few."""
    return [word for word, info in kind.model_fields.items() if _holds_a_table(info.annotation)]


def _holds_a_table(kind: Any) -> bool:
    parts = get_args(kind)
    return any(map(_holds_a_table, parts)) if parts else isinstance(kind, type) and issubclass(kind, Table)


def _complaint(value: Value) -> Complaint:
    meant = [*filter(None, [nearest(value.word, [*value.known])])]
    if value.word.isdecimal():  # 31 is near to 30, not to 3
        meant = sorted(filter(str.isdecimal, value.known), key=lambda each: abs(int(each) - int(value.word)))[:1]
    near = meant or difflib.get_close_matches(value.word[:80], value.known, n=1, cutoff=0)
    advice = f"did you mean {near[0]}?" if meant else f"use one such as {near[0]}," if near else ""
    message = f"AWS has no {value.kind} {value.word!r} as of {table()['day']}; {advice}"
    return Complaint(value.path, f"{message} or name it in allow-unknown")


def _refused(s: Settings, values: Iterator[Value]) -> Iterator[Complaint]:
    return (_complaint(each) for each in values if not each.listed and each.word not in s.allow_unknown)


@check("allow-unknown", "region", "network", "repositories", "backup", "detection")
def regions_and_endpoints_are_offered(s: Settings) -> Iterator[Complaint]:
    yield from _refused(s, _places(s))


@check("allow-unknown", "database", "cache")
def stores_are_offered(s: Settings) -> Iterator[Complaint]:
    yield from _refused(s, _stores(s))


@check("allow-unknown", "load-balancer")
def tls_policies_are_offered(s: Settings) -> Iterator[Complaint]:
    yield from _refused(s, _edge(s))


@check("allow-unknown", "functions")
def runtimes_are_offered(s: Settings) -> Iterator[Complaint]:
    yield from _refused(s, _runtimes(s))


@check("allow-unknown", "functions", "services", "network", "web-acl", "cluster", "audit", "database", "logs")
def days_of_logs_are_offered(s: Settings) -> Iterator[Complaint]:
    yield from _refused(s, _log_days(s))


def unlisted(s: Settings) -> Iterator[str]:
    """A note for each value that passes because `allow-unknown` names it."""
    for values in (_places, _stores, _edge, _runtimes, _log_days):
        for value in values(s):
            if not value.listed:
                yield f"no list has the {value.kind} {value.word} as of {table()['day']}; allow-unknown lets it pass"
