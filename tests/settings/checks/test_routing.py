"""What the tables of routes, containers and services' defaults refuse, and what they advise; the line of each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings
from settings.settings import Settings
from tests.settings.changed import problems, update

API = "services.fastapi"
WEB = {
    "image": {"uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"},
    "cpu": 256,
    "memory": 512,
    "count": {"min": 1},
    "deployment": {"owner": "program"},
}
HOSTS = [f"{letter}.dev.yourname.com" for letter in "abcd"]
FREE = "net.ipv4.ip_unprivileged_port_start"
SIDE = {"image": WEB["image"]}
Change = Callable[[dict[str, Any]], object]


def _service(**words: Any) -> Change:
    return update("services", "fastapi", **words)


def _route(**route: Any) -> Change:
    return _service(routes={"api": {"hosts": ["api.dev.yourname.com"], **route}})


def _web(otherwise: str | None = None, **words: Any) -> Change:
    """A second service with a route at order 10."""

    def change(config: dict[str, Any]) -> None:
        route = {"hosts": ["www.dev.yourname.com"], "paths": ["/*"], "order": 10}
        config["cloudplatform:services"]["web"] = {**WEB, "routes": {"site": route}, **words}
        if otherwise:
            config["cloudplatform:load-balancer"]["otherwise"] = otherwise

    return change


def _side(**words: Any) -> Change:
    return _service(containers={"proxy": {**SIDE, **words}})


CASES = [
    (_route(paths=["/a/*"]),
     f"{API}.routes.api: a route by path needs an order; add it, such as order: 10"),
    (_route(hosts=HOSTS, order=1),
     f"{API}.routes.api.hosts: AWS takes 3 hosts a rule; make two routes of it"),
    (_route(hosts=HOSTS[:3], paths=["/a", "/b", "/c"], order=1),
     f"{API}.routes.api: AWS takes 5 hosts and paths a rule, not 6; make two routes of it"),
    (_route(paths=["/a", "/b", "/c", "/d"], order=1),
     f"{API}.routes.api.paths: has 4 entries; use at most 3 entries"),
    (_route(paths=["a/*"], order=1),
     f'{API}.routes.api.paths[0]: "a/*" has the wrong form; use text such as "/api/*"'),
    (_route(order=50000), f"{API}.routes.api.order: 50000 is too large; use a whole number from 1 to 49999"),
    (_web(), "load-balancer: several containers have routes; say who gets all other requests: add otherwise: "
     'fastapi, web or "404"'),
    (_web("worker"), "load-balancer.otherwise: 'worker' has no routes; use fastapi, web or \"404\""),
    (update("load-balancer", otherwise=404), 'load-balancer.otherwise: 404 is a number here; quote it: "404"'),
    (_web("web"), f"{API}.routes.api: without order a route takes all other requests, and those go to web; "
     "add order, such as order: 20"),
    (_web("404"), f"{API}.routes.api: without order a route takes all other requests, and those get 404; "
     "add order, such as order: 20"),
    (lambda it: (_web("fastapi")(it), _route(order=10)(it)),
     "services.web.routes.site.order: services.fastapi.routes.api has order 10 too; use another number"),
    (lambda it: (_web("fastapi")(it), _route(hosts=["www.dev.yourname.com"], order=9)(it)),
     "services.web.routes.site: services.fastapi.routes.api takes www.dev.yourname.com/* too; keep one of them"),
    (lambda it: (_web("fastapi")(it), _route(hosts=["www.dev.yourname.com"])(it)),
     "services.web.routes.site: services.fastapi.routes.api takes www.dev.yourname.com/* too; keep one of them"),
    (lambda it: (_web("fastapi")(it), _route(hosts=["*.dev.yourname.com"], order=9)(it)),
     f"services.web.routes.site.hosts[0]: {API}.routes.api takes all of www.dev.yourname.com before it; give this an "
     "order below 9"),
    (lambda it: (_web("fastapi")(it), _route(hosts=["www.dev.yourname.com"], paths=["/api/*"], order=11)(it)),
     f"{API}.routes.api.hosts[0]: services.web.routes.site takes all of www.dev.yourname.com before it; give this an "
     "order below 10"),
    (lambda it: (_route(hosts=["a.dev.yourname.com"], paths=["/a", "/b", "/c"], order=1)(it),
                 it.update({"cloudplatform:cdn": {}}), _service(balancing={"cross-zone": "yes"})(it)),
     f"{API}.balancing.cross-zone: \"yes\" is text; use true or false"),
    (_service(image={"repository": "web"}),
     f"{API}.image.repository: there is no repository 'web' in this stack; add cloudplatform:repositories, or use uri"),
    (_service(image={"build": "app", "tag": "1"}),
     f"{API}.image.tag: a tag goes with repository; remove it, or use repository"),
    (_service(image={"build": "app", "repository": "a"}),
     f"{API}.image: an image has one origin; use exactly one of uri, repository and build"),
    (_service(port=80),
     f"{API}.port: user 10001:10001 may not listen on a port below 1024; use 1024 or more, or sysctls: "
     '{net.ipv4.ip_unprivileged_port_start: "80"}'),
    (_service(sysctls={FREE: "none"}),
     f"{API}.sysctls.\"{FREE}\": 'none' is not a port; use the first free one, such as \"0\""),
    (_service(sysctls={"kernel.msgmax": "1"}),
     f'{API}.sysctls."kernel.msgmax": "kernel.msgmax" cannot be a key here; '
     "use one such as `net.ipv4.tcp_keepalive_time`"),
    (_service(writable=["tmp"]), f'{API}.writable[0]: "tmp" has the wrong form; use text such as "/tmp"'),
    (_service(architecture="arm"), f'{API}.architecture: "arm" is unknown here; use arm64 or x86-64'),
    (_side(port=8000),
     f"{API}.containers.proxy.port: the first container listens on 8000 too; give each container of a task its own"),
    (_side(user="0"), f"{API}.containers.proxy.user: '0' is root; use another user such as 10001:10001"),
    (_side(secrets={"A": "no/such"}), f"{API}.containers.proxy.secrets.A: there is no secret 'no/such'; use "
     "app/external-api-keys, app/jwt-secret, database/credentials, monitoring/slack-webhook or redis/auth-token"),
    (_side(environment={"ENVIRONMENT": "x"}),
     f"{API}.containers.proxy.environment.ENVIRONMENT: the platform sets ENVIRONMENT itself; remove it here, or use "
     "addresses: false"),
    (_side(port=81, sysctls={FREE: "81"}, routes={"p": {"hosts": ["p.other.com"], "order": 1}}),
     f"{API}.containers.proxy.routes.p.hosts[0]: p.other.com is not in the zone yourname.com; use a name such as "
     "api.yourname.com"),
    (_side(cpu=10),
     f"{API}.containers.proxy.cpu: it needs limits: true; add that to the service, or remove this"),
    (lambda it: (_side()(it), _service(limits=True)(it)),
     f"{API}.containers.proxy.memory: limits give each container its memory; add it, or remove limits"),
    (lambda it: (_side(cpu=256, memory=64)(it), _service(limits=True, cpu=256, memory=512)(it)),
     f"{API}.cpu: the other containers take all of it, and the first gets 0; use more"),
    (_service(containers={"fastapi": SIDE}),
     f"{API}.containers.fastapi: the first container is called fastapi too; use another word"),
    (lambda it: (_side()(it), it["cloudplatform:services"].update({"fastapi-proxy": WEB})),
     "services.fastapi-proxy: its resources would be called fastapi-proxy, like those of "
     "services.fastapi.containers.proxy; use another word"),
    (_service(containers={f"c{number}": SIDE for number in range(10)}),
     f"{API}.containers: ECS takes 10 containers a task; make two services of it"),
    (_service(containers={f"c{n}": {**SIDE, "port": 9000 + n, "routes": {"r": {"hosts": HOSTS[:1], "order": n}}}
                          for n in range(1, 6)}),
     f"{API}.containers: ECS takes 5 containers with routes a service; make two services of it"),
    (lambda it: (_side(sysctls={"net.core.somaxconn": "2"})(it), _service(sysctls={"net.core.somaxconn": "1"})(it)),
     f"{API}.containers.proxy.sysctls.\"net.core.somaxconn\": another container of the task has '1'; "
     "use the same value in all"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change: Change, wanted: str) -> None:
    assert wanted in problems(tmp_path, "dev", change)


def test_behind_cloudfront_a_rule_has_room_for_four_values(tmp_path: Path) -> None:
    """The passphrase is the fifth."""

    def change(it: dict[str, Any]) -> None:
        hosts = ["a.yourname.com", "b.yourname.com"]
        _route(hosts=hosts, paths=["/a", "/b", "/c"], order=1)(it)
        it["cloudplatform:cdn"] = {"tls": "TLSv1.2_2021"}

    wanted = f"{API}.routes.api: AWS compares 5 values a rule, and behind cdn one is the passphrase; "
    assert wanted + "make two routes of it" in problems(tmp_path, "dev", change)


def test_a_checked_name_answers(tmp_path: Path) -> None:
    """Route 53 would call a name broken that answers 404 to its health's path."""

    def change(it: dict[str, Any]) -> None:
        _route(paths=["/v1/*"], order=1)(it)
        it["cloudplatform:load-balancer"]["otherwise"] = "404"
        it["cloudplatform:dns"]["health-checks"] = True

    wanted = "dns.health-checks: no route of api.dev.yourname.com takes the health path of its container, so the "
    assert wanted + "check would always fail; add a route, or remove this" in problems(tmp_path, "dev", change)


# --- What services have in common ---------------------------------------------------------------------------------

ROW = """
config:
  aws:region: us-east-1
  cloudplatform:account: "123456789012"
  cloudplatform:posture: recoverable
  cloudplatform:network:
    cidr: 10.0.0.0/16
    zones: [us-east-1a, us-east-1b]
    tiers:
      public: {route: internet, cidrs: [10.0.1.0/24, 10.0.2.0/24]}
      private: {route: nat, cidrs: [10.0.11.0/24, 10.0.12.0/24]}
    nat: single
  cloudplatform:repositories: {one: {}, two: {}}
  cloudplatform:service-defaults:
    image: {tag: "1.0"}
    cpu: 2048
    memory: 4096
    count: {min: 10, cpu: 70}
    environment: {LEVEL: info, MODE: live}
    deployment: {owner: pipeline}
  cloudplatform:services:
    one: {image: {repository: one}, count: {max: 50}, internet: true}
    two: {image: {repository: two, tag: "2.0"}, memory: 8192, count: {max: 20, min: 2}, environment: {LEVEL: debug}}
"""


def _read(folder: Path, *changes: tuple[str, str]) -> Settings:
    text = ROW.lstrip()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "Pulumi.test.yaml"
    file.write_text(text)
    return reading.read(stackfile.read(file, "shop"), project="shop", stack="test", file=file)


def _refused(folder: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(InvalidSettings) as caught:
        _read(folder, *changes)
    return [f"{each.line}:{each.column} {each.field}: {each.message}" for each in caught.value.problems]


def test_a_service_has_what_it_does_not_say_itself(tmp_path: Path) -> None:
    """Tables are filled up, whatever their depth; words and lists are the row's."""
    one, two = _read(tmp_path).services.values()
    assert (one.image.repository, one.image.tag, one.cpu, one.memory) == ("one", "1.0", 2048, 4096)
    assert (two.image.repository, two.image.tag, two.cpu, two.memory) == ("two", "2.0", 2048, 8192)
    assert (one.count.min, one.count.max, one.count.cpu) == (10, 50, 70)
    assert (two.count.min, two.count.max, two.count.cpu) == (2, 20, 70)
    assert (one.environment, two.environment) == (
        {"LEVEL": "info", "MODE": "live"},
        {"LEVEL": "debug", "MODE": "live"},
    )


DEFAULTS = [
    ("cpu: 2048", "cpu: 300",
     ["15:5 service-defaults.cpu: 300 is not a Fargate size; with 4096 MB use 512, 1024 or 2048",
      "15:5 service-defaults.cpu: 300 is not a Fargate size; with 8192 MB use 1024, 2048 or 4096"]),
    ("cpu: 2048", "cpuu: 2048",
     ["15:5 service-defaults.cpuu: unknown key; did you mean `cpu`? (known: "]),
    ("owner: pipeline", "owner: me",
     ['19:18 service-defaults.deployment.owner: "me" is unknown here; use pipeline or program']),
    ("max: 50", "max: 5", ["21:45 services.one.count.max: scaling needs room above min 10; use 11 or more"]),
    ("LEVEL: info", "TOKEN: hunter2hunter2",
     ["18:19 service-defaults.environment.TOKEN: looks like a secret, and everybody can read an environment; "
     "put it into a secret and name that under secrets"]),
    ("memory: 4096", "memory: 4096\n    user: root",
     ['17:5 service-defaults.user: "root" has the wrong form; use text such as "10001:10001"']),
    ("memory: 8192", "memory: 8000",
     ["22:49 services.two.memory: 8000 MB does not go with cpu 2048; use 7168, 8192 or 9216"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "wanted"), DEFAULTS)
def test_a_message_names_the_line_that_gave_the_value(tmp_path: Path, old: str, new: str, wanted: list[str]) -> None:
    """Once, however many services have it."""
    found = [each for each in _refused(tmp_path, (old, new)) if "is missing" not in each]
    assert len(found) == len(wanted)
    assert all(each.startswith(message) for each, message in zip(found, wanted, strict=True))


def test_defaults_without_services_are_refused(tmp_path: Path) -> None:
    text = ROW[ROW.index("    one: {") :]
    wanted = ["13:3 service-defaults: no service takes them; add cloudplatform:services, or remove this"]
    assert _refused(tmp_path, ("  cloudplatform:services:\n" + text, "")) == wanted


def test_encrypted_defaults_are_not_repeated(tmp_path: Path) -> None:
    """A table that somebody set with --secret: its values stay out of messages, in the rows too."""
    file = tmp_path / "Pulumi.test.yaml"
    file.write_text(ROW.lstrip())
    config = stackfile.read(file, "shop")
    config["cloudplatform:service-defaults"] = '{"cpu": 1234567, "memory": 4096}'
    with pytest.raises(InvalidSettings) as caught:
        reading.read(config, project="shop", stack="test", secret_keys={"cloudplatform:service-defaults"}, file=file)
    assert "1234567" not in str(caught.value)
