"""What services reach outside the VPC: what is refused of those that the internet is closed to, and the advice."""

from pathlib import Path

import pytest

from tests.settings.changed import problems, update

ENDPOINTS = ["ecr.api", "ecr.dkr", "logs"]
STARTS = "services.fastapi.internet: nothing leads to what its tasks start with; add"
LACKS = [
    (None, {}, "s3 to network.endpoints.gateway and ecr.api, ecr.dkr, logs to network.endpoints.interface"),
    ({"gateway": ["s3"]}, {}, "ecr.api, ecr.dkr, logs to network.endpoints.interface"),
    ({"interface": [*ENDPOINTS, "s3"]}, {}, "s3 to network.endpoints.gateway"),
    ({"gateway": ["s3"], "interface": ["ecr.api", "logs"]}, {}, "ecr.dkr to network.endpoints.interface"),
    ({"gateway": ["s3"], "interface": ENDPOINTS}, {"API_KEY": "api/key"},
     "secretsmanager to network.endpoints.interface"),
]  # fmt: skip


@pytest.mark.parametrize(("endpoints", "secrets", "wanted"), LACKS)
def test_what_tasks_start_with(tmp_path: Path, endpoints, secrets, wanted: str) -> None:
    """Each kind is named with where it goes; and who follows the advice is told nothing more."""

    def lacking(it) -> None:
        update("services", "fastapi", internet=False, connects=[], secrets=secrets)(it)
        update("network", endpoints=endpoints)(it)

    def following(it) -> None:
        lacking(it)
        table = it["cloudplatform:network"]["endpoints"] = dict(endpoints or {})
        for part in wanted.split(" and "):
            words, kind = part.split(" to network.endpoints.")
            table[kind] = [*table.get(kind, []), *words.split(", ")]
        update("tags", Environment="x")(it)  # `problems` wants one

    assert f"{STARTS} {wanted}, or internet: true here" in problems(tmp_path, "dev", lacking)
    assert not [each for each in problems(tmp_path, "dev", following) if each.startswith(STARTS)]


def _inside(it) -> None:
    """Services in a tier without a route out, which plain network ACLs do not allow."""
    it["cloudplatform:network"]["tiers"]["private"]["route"] = "none"
    update("network", nat="none", acls="strict", endpoints={"gateway": ["s3"], "interface": ["ecr.api", "logs"]})(it)
    update("services", "fastapi", internet=False, connects=[], secrets={})(it)


NO_ROUTE = [
    ({"internet": True}, "internet: tier 'private' has no route there; remove this, or use a tier with route: nat"),
    ({}, "internet: nothing leads to what its tasks start with; add ecr.dkr to network.endpoints.interface, or "
     "internet: true and a tier with route: nat here"),
    ({"image": {"uri": "public.ecr.aws/nginx/nginx:1.29.3"}}, "internet: public.ecr.aws/ is on the internet; add "
     "internet: true and a tier with route: nat, or copy the image to a repository"),
    ({"shell": True}, "shell: a shell cannot reach ssmmessages; add that to network.endpoints.interface, or internet: "
     "true and a tier with route: nat here"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wanted"), NO_ROUTE)
def test_a_tier_without_a_route_out(tmp_path: Path, words, wanted: str) -> None:
    """What is on the internet is not reached from there, whatever the group may do."""
    found = problems(tmp_path, "dev", lambda it: (_inside(it), update("services", "fastapi", **words)(it)))
    assert f"services.fastapi.{wanted}" in found


def test_plain_network_acls_keep_services_out_of_a_tier_without_a_route(tmp_path: Path) -> None:
    found = problems(tmp_path, "dev", lambda it: (_inside(it), update("network", acls=True)(it)))
    (told,) = [each for each in found if each.startswith("services.fastapi.tier: tier 'private' has route none")]
    assert "; add a tier with route: nat, or network.acls: strict" in told


def test_a_word_that_is_there_is_not_advised(tmp_path: Path) -> None:
    """A service with internet: true lacks the route alone; and of too many rules no true is advised, refused there."""
    own = {"internet": True, "metrics": "Shop/Api"}
    found = problems(tmp_path, "dev", lambda it: (_inside(it), update("services", "fastapi", **own)(it)))
    wanted = "nothing leads to monitoring; add that to network.endpoints.interface, or a tier with route: nat here"
    assert f"services.fastapi.metrics: {wanted}" in found
    many = {"deny": [f"198.51.{third}.0/24" for third in range(12)]}
    found = problems(tmp_path, "dev", lambda it: (_inside(it), update("network", **many)(it)))
    told = [each for each in found if each.startswith("network.acls: ")]
    assert [each.partition("; ")[2] for each in told] == ["let services stand in fewer subnets, or deny less"]


CODE = [
    ({"emits": "shop.api"}, "emits: nothing leads to events; add that to network.endpoints.interface"),
    ({"metrics": "Shop/Api"}, "metrics: nothing leads to monitoring; add that to network.endpoints.interface"),
    ({"reads": ["*"]}, "reads: nothing leads to secretsmanager; add that to network.endpoints.interface"),
    ({"tables": {"presence": {}}}, "tables: nothing leads to dynamodb; add that to network.endpoints.gateway"),
    ({"may": ["cache-login", "own-logs", "publish"]},
     "may[2]: nothing leads to sns; add that to network.endpoints.interface"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wanted"), CODE)
def test_what_code_may_use_is_reached(tmp_path: Path, words, wanted: str) -> None:
    """What needs no call to AWS, such as a login at the cache, asks for nothing."""
    own = {"metrics": None, **words}
    found = problems(tmp_path, "dev", lambda it: (_inside(it), update("services", "fastapi", **own)(it)))
    told = [each for each in found if "nothing leads to" in each and "tasks start with" not in each]
    assert told == [f"services.fastapi.{wanted}, or internet: true and a tier with route: nat here"]
