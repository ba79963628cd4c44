"""What the tables of one stack file must agree on: each check reads several tables and complains with a whole path."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from settings.names import LIMITS, ROOM
from settings.settings import Settings
from settings.tables.compute import REPOSITORY
from settings.tables.edge import HOME
from settings.tables.operations import AlarmsTable, connections, memory
from settings.tables.table import Complaint


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A check that only makes sense while none of its tables is broken in itself."""

    tables: tuple[str, ...]
    check: Callable[[Settings], Iterator[Complaint]]


def zones_lie_in_the_region(s: Settings) -> Iterator[Complaint]:
    for index, zone in enumerate(s.network.zones if s.network else ()):
        if zone[:-1] != s.region:
            yield Complaint(
                ("network", "zones", index), f"{zone} is not a zone of aws:region {s.region}; use {s.region}a"
            )


def names_have_room(s: Settings) -> Iterator[Complaint]:
    kind = min(LIMITS, key=lambda each: LIMITS[each])
    if len(s.names.prefix) + ROOM > LIMITS[kind]:
        message = f"{s.names.prefix!r} leaves no room in the {LIMITS[kind]} characters of a load balancer's name; "
        yield Complaint(
            ("project",), message + f"use at most {LIMITS[kind] - ROOM} for project and environment together"
        )


def environment_is_a_word(s: Settings) -> Iterator[Complaint]:
    name = s.names.environment
    if not all((part.isalnum() and part.islower()) or part.isdigit() for part in name.split("-")):
        yield Complaint(
            ("environment",), f"{name!r} cannot be part of names; use lower-case letters, digits and hyphens"
        )


def data_has_its_network(s: Settings) -> Iterator[Complaint]:
    for table, value in (("database", s.database), ("cache", s.cache), ("load-balancer", s.load_balancer)):
        if value and not s.network:
            yield Complaint((table,), f"a {table} stands in a network, and there is none; add cloudplatform:network")
    if s.services and not s.network:
        yield Complaint(("services",), "services stand in a network, and there is none; add cloudplatform:network")


def tiers_exist(s: Settings) -> Iterator[Complaint]:
    if not s.network:
        return
    for path, tier, routes in _placements(s):
        if tier not in s.network.tiers:
            yield Complaint(path, f"there is no tier {tier!r}; use one of {', '.join(s.network.tiers)}")
        elif (route := s.network.tiers[tier].route) not in routes:
            fitting = [name for name, each in s.network.tiers.items() if each.route in routes]
            advice = f"use {' or '.join(fitting)}" if fitting else f"add a tier with route: {routes[0]}"
            yield Complaint(path, f"tier {tier!r} has route {route}, and this needs {' or '.join(routes)}; {advice}")


def _placements(s: Settings) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """What stands in which tier, and the ways out that such a tier may have."""
    if s.load_balancer:
        yield ("load-balancer", "tier"), s.load_balancer.tier, ("internet",)
    if s.database:
        yield ("database", "tier"), s.database.tier, ("none", "nat")
    if s.cache:
        yield ("cache", "tier"), s.cache.tier, ("none", "nat")
    for name, service in s.services.items():
        yield ("services", name, "tier"), service.tier, ("nat",)
    if s.network and s.network.acls and s.network.endpoints and s.network.endpoints.interface:
        # The network ACL of a tier without a way out admits the data stores' clients and nobody else.
        yield ("network", "endpoints", "tier"), s.network.endpoints.tier, ("nat", "internet")


def data_spans_zones(s: Settings) -> Iterator[Complaint]:
    zones = len(s.network.zones) if s.network else 2
    if s.database and zones < 2:
        yield Complaint(("database",), "RDS wants subnets in two zones; name a second zone in network.zones")
    if s.load_balancer and zones < 2:
        yield Complaint(
            ("load-balancer",), "a load balancer wants subnets in two zones; name a second zone in network.zones"
        )
    if s.cache and s.cache.failover and zones < 2:
        yield Complaint(
            ("cache", "failover"), "fail-over needs a second zone; name one in network.zones, or use failover: false"
        )


def services_connect_to_what_is_there(s: Settings) -> Iterator[Complaint]:
    there = {"database": s.database, "cache": s.cache}
    for name, service in s.services.items():
        for index, target in enumerate(service.connects):
            if not there[target]:
                message = f"there is no {target} to connect to; add cloudplatform:{target}, or remove it here"
                yield Complaint(("services", name, "connects", index), message)


def names_are_not_taken(s: Settings) -> Iterator[Complaint]:
    """Services and their security groups share names with the parts that they talk to."""
    for name, service in s.services.items():
        for path, word in ((("services", name), name), (("services", name, "group"), service.group)):
            if word in RESERVED:
                yield Complaint(path, f"{word!r} is the name of another part of the platform; use another word")
            elif JOINED.search(word):
                yield Complaint(path, f"{word!r} reads like two parts that talk to each other; use a word without it")


RESERVED = frozenset(
    {"alb", "rds", "redis", "vpce", "database", "cache", "load-balancer", "endpoints", "vpc", "internet", "key-admin"}
)
JOINED = re.compile("-(to|from)-")  # what joins the names of two parts in the name of a rule between them


def secrets_exist(s: Settings) -> Iterator[Complaint]:
    paths = secret_paths(s)
    for name, service in s.services.items():
        for variable, reference in service.secrets.items():
            if reference.split("#")[0] not in paths:
                message = f"there is no secret {reference.split('#')[0]!r}; use one of {', '.join(sorted(paths))}"
                yield Complaint(
                    ("services", name, "secrets", variable),
                    message if paths else "there are no secrets; add cloudplatform:secrets",
                )


def secret_paths(s: Settings) -> list[str]:
    """The paths of all secrets that the stack makes, without the environment."""
    return [
        *([s.database.secret.path] if s.database else []),
        *([s.cache.secret.path] if s.cache else []),
        *(secret.path for secret in s.secrets.values()),
    ]


def secret_paths_are_unique(s: Settings) -> Iterator[Complaint]:
    seen: set[str] = set()
    for path in secret_paths(s):
        if path in seen:
            yield Complaint(("secrets",), f"two secrets have the path {path!r}; give each its own")
        seen.add(path)


def buckets_exist(s: Settings) -> Iterator[Complaint]:
    for path, name in _buckets_named(s):
        if name not in s.buckets:
            use = f"use {_list(s.buckets)}" if s.buckets else "add cloudplatform:buckets"
            yield Complaint(path, f"there is no bucket {name!r}; {use}")


def _buckets_named(s: Settings) -> Iterator[tuple[tuple[str, ...], str]]:
    if s.delivery:
        yield ("delivery", "state"), s.delivery.state
    if s.load_balancer:
        yield ("load-balancer", "logs"), s.load_balancer.logs
    if s.database and s.database.export_to:
        yield ("database", "export-to"), s.database.export_to
    for name, service in s.services.items():
        for bucket in service.buckets:
            yield ("services", name, "buckets", bucket), bucket
        if service.archive:
            yield ("services", name, "archive"), service.archive
    for table, record in (("trail", s.audit.trail), ("recorder", s.audit.recorder)):
        if record and record.bucket:
            yield ("audit", table, "bucket"), record.bucket


def physical_names_are_unique(s: Settings) -> Iterator[Complaint]:
    for key, kind, rows in (
        ("buckets", "bucket", s.buckets),
        ("tables", "dynamodb", s.tables),
        ("repositories", "ecr", s.repositories),
    ):
        seen: dict[str, str] = {}
        for word, row in rows.items():
            name = row.name or s.names.of(kind, word)
            if name in seen:
                yield Complaint((key, word), f"{seen[name]} is called {name} too; give one of them another name")
            seen[name] = word


def load_balancer_can_write_its_logs(s: Settings) -> Iterator[Complaint]:
    """Elastic Load Balancing supports only SSE-S3 for its log bucket (contradiction C-20)."""
    logs = s.load_balancer and s.buckets.get(s.load_balancer.logs)
    if s.load_balancer and logs and logs.encryption != "s3":
        message = f"the load balancer writes to {s.load_balancer.logs!r} and can only use S3's own encryption; use s3"
        yield Complaint(("buckets", s.load_balancer.logs, "encryption"), message)
    for name, bucket in s.buckets.items():
        if bucket.encryption == "s3" and not (s.load_balancer and s.load_balancer.logs == name):
            yield Complaint(
                ("buckets", name, "encryption"),
                "only a load balancer's log bucket may do without the stack's key; use key",
            )


def requests_find_a_service(s: Settings) -> Iterator[Complaint]:
    routed = [name for name, service in s.services.items() if service.routes]
    if routed and not s.load_balancer:
        yield Complaint(
            ("services", routed[0], "routes"), "requests arrive by a load balancer; add cloudplatform:load-balancer"
        )
    if s.load_balancer and len(routed) != 1:
        found = _list(routed) if routed else "none"
        message = f"the load balancer serves exactly one service, and routes stand in {found}; keep one"
        yield Complaint(("load-balancer",), message)
    if routed and not s.dns:
        yield Complaint(("services", routed[0], "routes"), "public names stand in a zone; add cloudplatform:dns")


def hosts_stand_in_the_zone(s: Settings) -> Iterator[Complaint]:
    if not s.dns:
        return
    for name, service in s.services.items():
        for r, route in service.routes.items():
            for h, host in enumerate(route.hosts):
                if host != s.dns.domain and not host.endswith(f".{s.dns.domain}"):
                    path = ("services", name, "routes", r, "hosts", h)
                    yield Complaint(
                        path, f"{host} is not in the zone {s.dns.domain}; use a name such as api.{s.dns.domain}"
                    )


def hosts_have_words_of_their_own(s: Settings) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for host in s.hosts:
        word = s.word_of(host)
        if word in seen:
            message = f"{host} and {seen[word]} would both be called {word!r}; keep one of them"
            yield Complaint(("services",), message)
        seen[word] = host


def images_come_from_this_region(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        found = REPOSITORY.match(service.image.uri or "")
        if found and found["region"] != s.region:
            message = f"the image lies in {found['region']}; use a repository in {s.region}, where the endpoints are"
            yield Complaint(("services", name, "image", "uri"), message)


def built_images_have_a_repository(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        if service.image.build and name not in s.repositories:
            path = ("services", name, "image", "build")
            yield Complaint(path, f"there is no repository to push it to; add {name} to cloudplatform:repositories")


def cloudfront_finds_its_origin(s: Settings) -> Iterator[Complaint]:
    if s.cdn and not s.load_balancer:
        yield Complaint(
            ("cdn",), "it stands before a load balancer, and there is none; add cloudplatform:load-balancer"
        )
    if s.cdn and s.region != HOME:
        message = f"CloudFront takes certificate and web ACL from {HOME} only, and this stack's are in {s.region}"
        yield Complaint(("cdn",), f"{message}; remove it")


def health_checks_are_heard_of(s: Settings) -> Iterator[Complaint]:
    path = ("dns", "health-checks")
    if s.dns and s.dns.health_checks and not s.hosts:
        yield Complaint(path, "this stack has no public names to ask; remove it")
    if s.dns and s.dns.health_checks and s.region != HOME:
        yield Complaint(path, f"Route 53 reports it in {HOME}, and this stack's alarms are in {s.region}; remove it")


def the_pipeline_knows_each_environment_once(s: Settings) -> Iterator[Complaint]:
    """The stack that has the roles is one of those that are applied; it is not listed among them."""
    if s.delivery and s.names.environment in s.delivery.environments:
        path = ("delivery", "environments", s.names.environment)
        yield Complaint(path, "this stack itself has its role anyway; name the others")


def the_trail_cannot_be_changed(s: Settings) -> Iterator[Complaint]:
    word = s.audit.trail and s.audit.trail.bucket
    if word and word in s.buckets and not s.buckets[word].lock:
        message = "it keeps the trail, which nobody may change; add versioned: true and lock: {days: 90} or the like"
        yield Complaint(("buckets", word), message)


def posture_is_not_weakened(s: Settings) -> Iterator[Complaint]:
    if s.database and s.database.deletion_protection is False and s.protection.deletion_protection:
        message = (
            f"posture {s.posture} protects the database; remove this, or choose a weaker posture for the whole stack"
        )
        yield Complaint(("database", "deletion-protection"), message)


def environment_differs_from_addresses(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        for variable in service.environment:
            if variable in given_variables(s, name):
                path = ("services", name, "environment", variable)
                yield Complaint(path, f"{variable} is given by connects; remove it here")


def given_variables(s: Settings, service: str) -> tuple[str, ...]:
    """Variables that a service gets from what it connects to, and the one that tells it where it runs."""
    ends = {"database": ("HOST", "PORT", "NAME"), "cache": ("HOST", "PORT")}
    stores = s.services[service].connects
    return ("ENVIRONMENT", *(f"{store.upper()}_{end}" for store in stores for end in ends[store]))


def alerts_find_their_webhook(s: Settings) -> Iterator[Complaint]:
    slack = s.alerts.slack if s.alerts else None
    written = [secret.path for secret in s.secrets.values() if secret.value != "generated"]
    if slack and slack.webhook not in written:
        use = f"use {_list(written)}" if written else "add it to cloudplatform:secrets, with value: later"
        yield Complaint(("alerts", "slack", "webhook"), f"no secret {slack.webhook!r} holds a webhook's URL; {use}")


#: What a rotation's function calls beside the data store, by the endpoints that AWS answers it at.
ROTATION: dict[str, tuple[str, ...]] = {
    "database": ("ecs", "secretsmanager"),
    "cache": ("ecs", "elasticache", "secretsmanager"),
}


def rotations_reach_what_they_call(s: Settings) -> Iterator[Complaint]:
    """The function stands beside the services that connect, and is let through where they are (ledger CP-SEC-08)."""
    for store, table in (("database", s.database), ("cache", s.cache)):
        if not table or not table.secret.rotate_days:
            continue
        path, clients = (store, "secret", "rotate-days"), list(s.clients(store).values())
        if not clients:
            yield Complaint(path, "the function that renews it stands beside a service that connects, and none does")
            continue
        endpoints = s.network.endpoints.interface if s.network and s.network.endpoints else ()
        missing = [name for name in ROTATION[store] if name not in endpoints]
        beside = [service for service in s.services.values() if service.group == clients[0].group]
        if missing and not any(service.internet for service in beside):
            message = f"the function that renews it could not call {_list(missing)}; "
            yield Complaint(path, message + "add that to network.endpoints.interface, or internet: true to a service")


def alarms_tell_somebody(s: Settings) -> Iterator[Complaint]:
    for table, value in (("alarms", s.alarms != AlarmsTable()), ("budget", s.budget), ("costs", s.costs)):
        if value and not s.alerts:
            yield Complaint((table,), f"nobody would hear of the {table}; add cloudplatform:alerts")


def findings_tell_somebody(s: Settings) -> Iterator[Complaint]:
    if s.watchers and not s.alerts:
        table = "audit" if s.watchers[0] in ("trail", "recorder") else "detection"
        message = f"nobody would hear of what {s.watchers[0]} finds; add cloudplatform:alerts"
        yield Complaint((table, s.watchers[0]), message)


def responses_have_their_events(s: Settings) -> Iterator[Complaint]:
    if s.detection.response and "trail" not in s.watchers:
        message = "calls are answered as the trail tells of them, and there is none; add audit.trail"
        yield Complaint(("detection", "response"), message)
    hub = s.detection.security_hub
    if hub and hub.report and not s.alerts:
        yield Complaint(("detection", "security-hub", "report"), "nobody would get it; add cloudplatform:alerts")


def alarms_ring_for_faults_only(s: Settings) -> Iterator[Complaint]:
    """A threshold that a healthy database passes rings for ever (note N-10)."""
    if not s.alerts or not s.database:
        return
    size, quarter = s.database.instance_class, (memory(s.database) or 16384) // 4
    if s.alarms.database_memory > quarter:
        message = f"a healthy {size} has hardly more free, so the alarm would ring for ever; use {quarter} or less"
        yield Complaint(("alarms", "database-memory"), message)
    if s.alarms.database_storage >= s.database.storage.initial:
        message = f"the disk has {s.database.storage.initial} GB in all, so the alarm would ring for ever; use less"
        yield Complaint(("alarms", "database-storage"), message)
    if not connections(s.database):
        message = "the alarm on connections must know how many there may be; give max_connections as a number"
        yield Complaint(("database", "parameters"), message)


def shells_are_for_debugging(s: Settings) -> Iterator[Complaint]:
    endpoints = s.network.endpoints.interface if s.network and s.network.endpoints else ()
    for name, service in s.services.items():
        path = ("services", name, "shell")
        if service.shell and s.posture == "protected":
            message = "nobody gets into the containers of a protected stack"
            yield Complaint(path, f"{message}; remove this, or choose a weaker posture")
        if service.shell and not service.internet and "ssmmessages" not in endpoints:
            message = "a shell could not reach ssmmessages"
            yield Complaint(path, f"{message}; add that to network.endpoints.interface, or internet: true here")


def protected_stacks_always_run(s: Settings) -> Iterator[Complaint]:
    if s.hours and s.posture == "protected":
        yield Complaint(("hours",), "a protected stack runs day and night; remove this, or choose a weaker posture")


def an_environment_reaches_itself(s: Settings) -> Iterator[Complaint]:
    for index, word in enumerate(s.access.out_of_reach):
        if word == s.names.environment:
            yield Complaint(("access", "out-of-reach", index), f"{word} is this very environment; remove it")


def images_are_pushed_somewhere(s: Settings) -> Iterator[Complaint]:
    if s.delivery and not s.repositories:
        yield Complaint(("delivery",), "the pipeline pushes images, and there is nowhere to; add a repository")


def backups_have_something_to_keep(s: Settings) -> Iterator[Complaint]:
    if s.backup and not (s.database or s.tables):
        yield Complaint(("backup",), "there is nothing to back up; add a database or a table, or remove this")
    if s.backup and not s.alerts:
        yield Complaint(("backup",), "nobody would hear of a backup that failed; add cloudplatform:alerts")
    if s.backup and s.backup.copy_to and s.backup.copy_to.region == s.region:
        message = f"{s.region} is where the backups already are; name another region"
        yield Complaint(("backup", "copy-to", "region"), message)


def backups_keep_out_of_each_others_way(s: Settings) -> Iterator[Complaint]:
    """RDS refuses a backup while it makes its own, and shortly before."""
    if not s.backup or not s.database:
        return
    begin, end = (_minute(each) for each in s.database.backup_window.split("-"))
    # From an hour before its window to the end of it; a window may go over midnight.
    if (_minute(s.backup.at) - (begin - 60)) % 1440 <= (end - begin) % 1440 + 60:
        message = f"the database makes its own backups at {s.database.backup_window}; keep an hour away from that"
        yield Complaint(("backup", "at"), message)


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def regions_differ(s: Settings) -> Iterator[Complaint]:
    for name, repository in s.repositories.items():
        if s.region in repository.replicate_to:
            path = ("repositories", name, "replicate-to", repository.replicate_to.index(s.region))
            yield Complaint(path, f"{s.region} is where the images already are; name another region")


def _list(words: Iterable[str]) -> str:
    """a, b or c"""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


AGREEMENTS: Sequence[Agreement] = (
    Agreement(tables=("region", "network"), check=zones_lie_in_the_region),
    Agreement(tables=("project", "environment"), check=names_have_room),
    Agreement(tables=("environment",), check=environment_is_a_word),
    Agreement(tables=("network", "database", "cache", "load-balancer", "services"), check=data_has_its_network),
    Agreement(tables=("network", "database", "cache", "load-balancer", "services"), check=tiers_exist),
    Agreement(tables=("network", "database", "cache", "load-balancer"), check=data_spans_zones),
    Agreement(tables=("services", "database", "cache"), check=services_connect_to_what_is_there),
    Agreement(tables=("services",), check=names_are_not_taken),
    Agreement(tables=("services", "database", "cache", "secrets"), check=secrets_exist),
    Agreement(tables=("database", "cache", "secrets"), check=secret_paths_are_unique),
    Agreement(tables=("delivery", "load-balancer", "database", "services", "buckets", "audit"), check=buckets_exist),
    Agreement(tables=("access", "environment"), check=an_environment_reaches_itself),
    Agreement(tables=("delivery", "repositories"), check=images_are_pushed_somewhere),
    Agreement(tables=("buckets", "tables", "repositories", "environment"), check=physical_names_are_unique),
    Agreement(tables=("load-balancer", "buckets"), check=load_balancer_can_write_its_logs),
    Agreement(tables=("load-balancer", "services", "dns"), check=requests_find_a_service),
    Agreement(tables=("services", "dns"), check=hosts_stand_in_the_zone),
    Agreement(tables=("services", "dns", "environment"), check=hosts_have_words_of_their_own),
    Agreement(tables=("region", "services"), check=images_come_from_this_region),
    Agreement(tables=("services", "repositories"), check=built_images_have_a_repository),
    Agreement(tables=("cdn", "load-balancer", "region"), check=cloudfront_finds_its_origin),
    Agreement(tables=("dns", "services", "region"), check=health_checks_are_heard_of),
    Agreement(tables=("delivery", "environment"), check=the_pipeline_knows_each_environment_once),
    Agreement(tables=("audit", "buckets"), check=the_trail_cannot_be_changed),
    Agreement(tables=("posture", "database"), check=posture_is_not_weakened),
    Agreement(tables=("services",), check=environment_differs_from_addresses),
    Agreement(tables=("alerts", "secrets"), check=alerts_find_their_webhook),
    Agreement(tables=("database", "cache", "services", "network"), check=rotations_reach_what_they_call),
    Agreement(tables=("alarms", "budget", "costs", "alerts"), check=alarms_tell_somebody),
    Agreement(tables=("audit", "detection", "alerts"), check=responses_have_their_events),
    Agreement(tables=("audit", "detection", "alerts"), check=findings_tell_somebody),
    Agreement(tables=("alarms", "alerts", "database"), check=alarms_ring_for_faults_only),
    Agreement(tables=("posture", "hours"), check=protected_stacks_always_run),
    Agreement(tables=("services", "network", "posture"), check=shells_are_for_debugging),
    Agreement(tables=("backup", "database", "tables", "alerts", "region"), check=backups_have_something_to_keep),
    Agreement(tables=("backup", "database"), check=backups_keep_out_of_each_others_way),
    Agreement(tables=("region", "repositories"), check=regions_differ),
)
