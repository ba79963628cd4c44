"""Stack files that Hypothesis makes: networks, stores and services that talk to each other."""

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from settings.file import reading
from settings.file.problems import InvalidSettings
from settings.settings import Settings

ZONES = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
WORDS = ["web", "jobs", "mail", "search"]
GROUPS = ["app", "back", "web"]
INSIDE = ["logs", "ecr.api", "ecr.dkr", "secretsmanager"]  #: by which tasks start without the internet


def _cidrs(third: int, zones: int) -> list[str]:
    return [f"10.7.{third + index}.0/24" for index in range(zones)]


@st.composite
def stacks(draw: st.DrawFn, tiers_of_services: tuple[str, ...] = ("private",), acls: bool | str = True) -> Settings:
    """Settings that are right in themselves; services stand in one of some tiers."""
    zones = draw(st.integers(2, 3))
    store_tier = st.sampled_from(["data", "private"])
    config: dict[str, Any] = {"network": draw(_networks(zones)) | {"acls": acls}}
    apart = "data" in tiers_of_services  # where there is no other way to start
    if apart or draw(st.booleans()):
        config["network"]["endpoints"] = draw(_endpoints(4 if apart else draw(st.sampled_from([1, 4])), acls))
    if draw(st.booleans()):
        config["database"] = {"version": "15", "tier": draw(store_tier)}
        if draw(st.booleans()):
            config["database"]["port"] = draw(st.sampled_from([1150, 5432, 6379, 50000]))
    if draw(st.booleans()):
        config["cache"] = {"version": "7.1", "node": "cache.t3.micro", "tier": draw(store_tier)}
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
    config["services"] = {word: draw(_services(tiers_of_services)) for word in words}
    starts = config["network"].get("endpoints", {}).get("interface") == INSIDE
    for group in GROUPS if not starts else ():  # one of each gets their images
        for service in [each for each in config["services"].values() if each["group"] == group][:1]:
            service["internet"] = True
    for service in config["services"].values():
        service["internet"] &= service["tier"] == "private"
    ports = [word for word in words if "port" in config["services"][word]]
    there = [key for key in ("database", "cache") if key in config]
    for word in words if there else []:
        service = config["services"][word]
        service["connects"] = draw(st.lists(st.sampled_from(there), max_size=2, unique=True))
        if "database" in service["connects"]:
            service["secrets"] = {"DATABASE_PASSWORD": "database/credentials#password"}
    if ports and draw(st.booleans()):
        for order, word in enumerate(ports[: draw(st.integers(1, len(ports)))], 1):
            route = {"hosts": ["www.acme.com"], "paths": [f"/{word}/*"], "order": order}
            config["services"][word]["routes"] = {"main": route}
        config["load-balancer"] = {
            "logs": "alb-logs",
            "otherwise": draw(st.sampled_from(["404", ports[0]])),
            "http": draw(st.sampled_from(["redirect", "none"])),
            "egress": draw(st.sampled_from(["targets", "anywhere"])),
        }
        config["buckets"] = {"alb-logs": {"encryption": "s3"}}
        config["dns"] = {"domain": "acme.com", "zone": "own"}
    try:
        return read(config)
    except InvalidSettings:
        assume(False)
        raise


@st.composite
def _networks(draw: st.DrawFn, zones: int) -> dict[str, Any]:
    return {
        "cidr": "10.7.0.0/16",
        "zones": ZONES[:zones],
        "tiers": {
            "public": {"route": "internet", "cidrs": _cidrs(1, zones)},
            "private": {"route": "nat", "cidrs": _cidrs(11, zones)},
            "data": {"route": "none", "cidrs": _cidrs(21, zones)},
        },
        "nat": draw(st.sampled_from(["single", "per-zone"])),
        "deny": draw(st.sampled_from([[], ["198.51.100.0/24"]])),
    }


@st.composite
def _endpoints(draw: st.DrawFn, number: int, acls: bool | str) -> dict[str, Any]:
    # Plain network ACLs leave a tier without a way out to the data stores' clients.
    tiers = ["private", "data" if acls == "strict" else "public"]
    tier, open_to_all = draw(st.sampled_from(tiers)), draw(st.booleans())
    return {"gateway": ["s3"], "interface": INSIDE[:number], "tier": tier, "from-vpc": open_to_all}


@st.composite
def _services(draw: st.DrawFn, tiers: tuple[str, ...]) -> dict[str, Any]:
    service = {
        "image": {"uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1"},
        "tier": draw(st.sampled_from(tiers)),
        "cpu": 256,
        "memory": 512,
        "count": {"min": 1, "max": 2, "cpu": 50},
        "health": {"command": ["CMD", "check"]},
        "deployment": {"owner": "pipeline"},
        "group": draw(st.sampled_from(GROUPS)),
        "internet": draw(st.booleans()),
    }
    if draw(st.booleans()):
        port = service["port"] = draw(st.sampled_from([80, 443, 8000, 8080]))
        service["sysctls"] = {"net.ipv4.ip_unprivileged_port_start": str(port)}
    return service


def read(config: dict[str, Any]) -> Settings:
    """The settings of tables by their name."""
    import json

    whole = {"account": "210987654321", "posture": "expendable", **config}
    texts = {
        f"cloudplatform:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in whole.items()
    }
    texts |= {"aws:region": "eu-west-1", "cloudplatform:project": "acme"}
    return reading.read(texts, project="acme", stack="test")
