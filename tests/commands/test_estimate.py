"""Costs of any stack: priced, or said to have no price; never a crash, never another region's price."""

import pytest

from costs.comment import comment, rows
from costs.estimate import CostLine, at_most, estimate, running
from costs.prices import REGION
from preview.recording import Recording
from tests.stack_files import Config, changed
from tests.stacks import EVERY_STACK, recorded


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_every_stack_of_every_system_is_estimated(stack: str) -> None:
    recording = recorded(stack, True)
    least, most = estimate(recording), at_most({stack: recording})[stack]
    assert (least.total > 0) == (recording.config["aws:region"] == REGION)
    assert least.total <= most.total
    for line in least.lines:
        assert (line.usd is None) == (line.unit is None and line.quantity > 0)
        assert line.region == recording.config["aws:region"]


def test_the_main_systems_stacks_have_all_their_prices() -> None:
    assert {stack: estimate(recorded(stack, True)).unpriced for stack in ("dev", "staging", "prod", "shared")} == {
        "dev": [], "staging": [], "prod": [], "shared": [],
    }  # fmt: skip


def test_use_is_assumed_of_the_stacks_that_it_was_written_for_alone() -> None:
    """Another project's prod is another stack: what only use decides is not in its sum."""
    assert [line for line in estimate(recorded("afric-analyzer/prod", True)).lines if not line.counted] == []
    assert len([line for line in estimate(recorded("prod", True)).lines if not line.counted]) == 10


def test_another_region_has_no_price_of_this_one() -> None:
    gateway = CostLine("NAT", "gateways", 2, 730, "nat_gateway.hour")
    assert gateway.usd == 65.7
    elsewhere = CostLine("NAT", "gateways", 2, 730, "nat_gateway.hour", region="eu-west-1")
    assert (elsewhere.unit, elsewhere.usd) == (None, None)
    assert CostLine("NAT", "gateways", 0, 730, "nat_gateway.hour", region="eu-west-1").usd == 0
    assert CostLine("Other", "hosted zones", 1, 1, "route53.hosted_zone", region="eu-west-1").usd == 0.5


def with_class(class_: str) -> Recording:
    return changed("dev", lambda config: config["cloudplatform:database"].update({"class": class_}))


def test_a_class_without_a_price_is_said_to_have_none() -> None:
    """Its row has no sum, and the sum of all says what is not in it."""
    stack = with_class("db.m7g.large")
    assert estimate(stack).unpriced == ["RDS: rds.postgres.db.m7g.large.single_az"]
    found = rows(stack)
    assert found["RDS"] is None
    text = comment(found, {**found, "RDS": 20.0})
    assert "Without RDS: no price is known of all of it." in text
    assert "| RDS | no price known | not known |" in text


def second_service(config: Config) -> None:
    services = config["cloudplatform:services"]
    del config["cloudplatform:hours"]
    first = services["fastapi"]
    services["jobs"] = {
        "image": first["image"], "cpu": 512, "memory": 1024, "count": {"min": 3}, "group": "jobs",
        "deployment": first["deployment"],
    }  # fmt: skip


def test_every_service_is_counted() -> None:
    """One that scales from its least, one with a fixed number of tasks; without hours all month."""
    stack = changed("dev", second_service)
    assert running(stack) == 730
    tasks = [line.what for line in estimate(stack).lines if line.row == "ECS Fargate"]
    assert sorted(tasks) == ["1 × 0.25 vCPU", "1 × 0.5 GB", "3 × 0.5 vCPU", "3 × 1 GB"]


def no_stores(config: Config) -> None:
    fastapi = config["cloudplatform:services"]["fastapi"]
    del config["cloudplatform:database"], config["cloudplatform:cache"], fastapi["connects"]
    fastapi["secrets"] = {}


def test_a_stack_without_stores_is_estimated() -> None:
    found = estimate(changed("dev", no_stores))
    assert {line.row for line in found.lines} & {"RDS", "ElastiCache"} == set()
    assert found.unpriced == []
