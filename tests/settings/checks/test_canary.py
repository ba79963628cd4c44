"""What canary deployments refuse, and what they advise; the line of each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.settings.changed import problems, update
from tests.settings.checks.test_routing import HOSTS, WEB

API = "services.fastapi"
KIND = f"{API}.deployment.kind"
CANARY = {"kind": "canary", "owner": "pipeline"}
Change = Callable[[dict[str, Any]], object]


def _api(**words: Any) -> Change:
    return update("services", "fastapi", deployment=CANARY, **words)


def _also(first: Change, second: Change) -> Change:
    return lambda it: (first(it), second(it))


def _services(count: int) -> Change:
    """Many more services, each by canary, behind the same load balancer."""

    def change(config: dict[str, Any]) -> None:
        config["cloudplatform:load-balancer"]["otherwise"] = "fastapi"
        for number in range(1, count + 1):
            route = {"hosts": HOSTS[:1], "paths": [f"/{number}/*"], "order": 10 * number}
            row = {**WEB, "deployment": CANARY, "routes": {"r": route}}
            config["cloudplatform:services"][f"s{number}"] = row

    return change


CASES = [
    (update("services", "fastapi", deployment={"owner": "pipeline", "canary": {}}),
     f"{API}.deployment.canary: the deployment is rolling; use kind: canary, or remove this"),
    (update("services", "fastapi", deployment={**CANARY, "canary": {"percent": 60}}),
     f"{API}.deployment.canary.percent: 60 is too large; use a number from 0.1 to 50 (percent)"),
    (update("services", "fastapi", deployment={**CANARY, "canary": {"keep-minutes": 1441}}),
     f"{API}.deployment.canary.keep-minutes: 1441 is too large; use a whole number from 0 to 1440 (minutes)"),
    (_api(routes={}), f"{KIND}: a canary is a part of the requests, and it gets none; add routes, or use rolling"),
    (_api(routes={"a": {"hosts": HOSTS[:1]}, "b": {"hosts": HOSTS[1:2], "order": 5}}),
     f"{KIND}: it shifts the requests of one route, and there are 2; use rolling"),
    (_api(routes={"a": {"hosts": HOSTS[:1], "order": 5}}),
     f"{KIND}: it gets all other requests too, by a second rule; remove its route's order"),
    (_api(routes={"a": {"hosts": ["*.dev.yourname.com"]}}),
     f"{KIND}: its test has no host to ask: *.dev.yourname.com is many; name one first"),
    (_also(_api(), lambda it: it.update({"cloudplatform:cdn": {}})),
     f"{KIND}: behind cdn its test would not know the passphrase; use rolling"),
    (_also(_api(), _also(_services(1), update("services", "s1", routes={"r": {"hosts": HOSTS[:1], "order": 49999}}))),
     f"{API}.routes.api.order: the rule for the tests of its new versions has order 49999, which is taken; "
     "leave one free before each"),
    (_also(_api(), _also(_services(1), update("services", "s1", routes={"r": {"hosts": HOSTS[:1], "order": 1}}))),
     "services.s1.routes.r.order: the rule for the tests of its new versions has order 0, which is taken; "
     "leave one free before each"),
    (_api(routes={"a": {"hosts": HOSTS}}),
     f"{API}.routes.a: the rule for tests has a header beside them, and AWS takes 3 hosts a rule and 5 values in all; "
     "use fewer"),
    (_api(count={"min": 1, "max": 2, "requests": 100}),
     f"{API}.count.requests: it counts one target group, and a canary's tasks take turns in two; use cpu or memory"),
    (_also(_api(), lambda it: it.update(
        {"cloudplatform:alarms": {"off": ["canary-5xx", "canary-latency", "canary-unhealthy"]}})),
     f"{KIND}: no alarm would bring the old version back; take canary-5xx, canary-latency or canary-unhealthy out of "
     "off"),
    (_also(_api(), update("database", secret={"path": "database/credentials", "rotate-days": 30})),
     "database.secret.rotate-days: fastapi deploys by canary, so most of its tasks keep the old one for too long; add "
     "database.users, whose users have two passwords at a time, or use rolling"),
    (_also(_api(), update("cache", secret={"path": "redis/auth-token", "rotate-days": 30})),
     "cache.secret.rotate-days: fastapi deploys by canary, so most of its tasks keep the old one for too long; rotate "
     "it by hand, or use rolling"),
    (_also(_api(), _services(50)),
     "load-balancer: AWS takes 100 rules for one load balancer, not 101; make two stacks of it"),
    (_also(_api(), _services(50)),
     "load-balancer: AWS takes 100 target groups for one load balancer, not 102; make two stacks of it"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change: Change, wanted: str) -> None:
    assert wanted in problems(tmp_path, "dev", change)
