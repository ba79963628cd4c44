"""Canary deployments: ECS shifts the requests of one rule, and alarms bring them back."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.alarms import CANARY_ALARMS
from settings.tables.routing import A_CONDITION, A_RULE
from settings.tables.table import Complaint, Path
from settings.words import either

#: What AWS lets one load balancer have, unless it is asked for more ("Quotas for your Application Load Balancers").
RULES, GROUPS = 100, 100


def _canaries(s: Settings) -> Iterator[tuple[str, Path]]:
    """The services with canary deployments, each with the path of the setting."""
    yield from ((word, ("services", word, "deployment", "kind")) for word, it in s.services.items() if it.canary)


@check("services", "load-balancer", "cdn")
def one_rule_is_shifted(s: Settings) -> Iterator[Complaint]:
    """ECS shifts the requests of one listener rule, and always of the whole rule."""
    for word, path in _canaries(s):
        targets = [each for each in s.services[word].task_containers(word) if each.table.routes]
        routes = [route for each in targets for route in each.table.routes.values()]
        if not routes:
            yield Complaint(path, "a canary is a part of the requests, and it gets none; add routes, or use rolling")
        elif len(routes) > 1:
            yield Complaint(path, f"it shifts the requests of one route, and there are {len(routes)}; use rolling")
        elif targets[0] == s.default_target and routes[0].order is not None:
            yield Complaint(path, "it gets all other requests too, by a second rule; remove its route's order")
        elif routes[0].hosts[0].startswith("*."):
            yield Complaint(path, f"its test has no host to ask: {routes[0].hosts[0]} is many; name one first")
        if s.cdn:
            yield Complaint(path, "behind cdn its test would not know the passphrase; use rolling")


@check("services", "load-balancer")
def tests_come_first(s: Settings) -> Iterator[Complaint]:
    """The test rule of a canary takes the priority just before the rule that everybody uses."""
    orders = {each.route.order for each in s.routes}
    for each in s.routes:
        if not s.services[each.target.service].canary:
            continue
        before = each.route.place - 1
        if before in orders or not before:
            message = f"the rule for the tests of its new versions has order {before}, which is taken"
            yield Complaint((*each.path, "order"), f"{message}; leave one free before each")
        if each.route.values >= A_RULE or len(each.route.hosts) > A_CONDITION:
            message = f"the rule for tests has a header beside them, and AWS takes {A_CONDITION} hosts a rule and "
            yield Complaint(each.path, f"{message}{A_RULE} values in all; use fewer")


@check("services")
def scaling_by_requests_needs_one_group(s: Settings) -> Iterator[Complaint]:
    """RequestCount is a metric of one target group, and each canary deployment moves the tasks to the other."""
    for word, _ in _canaries(s):
        if s.services[word].count.requests:
            message = "it counts one target group, and a canary's tasks take turns in two; use cpu or memory"
            yield Complaint(("services", word, "count", "requests"), message)


@check("services", "alerts", "alarms")
def alarms_bring_requests_back(s: Settings) -> Iterator[Complaint]:
    for _, path in _canaries(s):
        if not s.alerts:
            yield Complaint(path, "no alarm would bring the old version back; add cloudplatform:alerts")
        elif {*CANARY_ALARMS} <= {*s.alarms.off}:
            message = f"no alarm would bring the old version back; take {either(CANARY_ALARMS)} out of off"
            yield Complaint(path, message)


#: What else can be done about a secret that tasks would keep for too long.
BESIDE = {"database": "add database.users, whose users have two passwords at a time", "cache": "rotate it by hand"}


@check("services", "database", "cache")
def tasks_know_what_is_rotated(s: Settings) -> Iterator[Complaint]:
    """A database's one password locks out all tasks with the old one; a cache's function waits for the last of them,
    a quarter of an hour at most."""
    for store, table in s.stores.items():
        canaries = [word for word, service in s.clients(store).items() if service.canary]
        if table.secret.rotate_days and canaries and not (store == "database" and s.database_users):
            message = f"{canaries[0]} deploys by canary, so most of its tasks keep the old one for too long; "
            yield Complaint((store, "secret", "rotate-days"), message + f"{BESIDE[store]}, or use rolling")


@check("services", "load-balancer")
def the_load_balancer_has_room(s: Settings) -> Iterator[Complaint]:
    canaries = len([target for target in s.targets if s.services[target.service].canary])
    for what, count, most in (
        ("rules", len([each for each in s.routes if each.route.order]) + canaries, RULES),
        ("target groups", len(s.targets) + canaries, GROUPS),
    ):
        if count > most:
            message = f"AWS takes {most} {what} for one load balancer, not {count}; make two stacks of it"
            yield Complaint(("load-balancer",), message)
