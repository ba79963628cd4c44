"""The ledger's component signatures under our names (ADR-012): one map, its defaults, its outputs.

A component takes one dataclass: its table of the stack file and its neighbours' outputs. So an input of the ledger is a
field of that dataclass or of its table; a default is what is built when the stack file leaves the word out.
"""

from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from components.component import Args
from components.compute.service import ServiceArgs
from components.data.database import DatabaseArgs
from components.network.firewall import FirewallArgs
from components.network.network import NetworkArgs
from preview.recording import RecordedResource, Recording
from settings.names import Names
from settings.tables.compute import CountTable, DeploymentTable, ServiceTable
from settings.tables.containers import HealthTable
from settings.tables.data import DatabaseTable, StorageTable
from settings.tables.network import NetworkTable, TierTable
from tests.requirements.expected import requirement
from tests.requirements.reading import container, ids, of, one, only
from tests.stack_files import Config, changed
from tests.stacks import recorded

Fields = tuple[type, str]  #: a class, and one of its fields

#: The ledger's inputs, each as a field of ours. None is what the component makes itself (ADR-012): Network its VPC,
#: Database its subnet group, Service its task definition.
INPUTS: dict[str, dict[str, Fields | None]] = {
    "CP-NET-16": {
        "vpc_cidr": (NetworkTable, "cidr"),
        "environment": (Names, "environment"),
        "enable_dns_hostnames": (NetworkTable, "dns_hostnames"),
        "enable_dns_support": (NetworkTable, "dns_support"),
        "tags": (NetworkArgs, "tags"),
    },
    "CP-NET-17": {
        "vpc_id": None,
        "vpc_cidr": (NetworkTable, "cidr"),
        "environment": (Names, "environment"),
        "availability_zones": (NetworkTable, "zones"),
        "public_subnet_cidrs": (TierTable, "cidrs"),
        "private_subnet_cidrs": (TierTable, "cidrs"),
        "data_subnet_cidrs": (TierTable, "cidrs"),
        "tags": (NetworkArgs, "tags"),
    },
    "CP-SG-08": {
        "vpc_id": (FirewallArgs, "vpc_id"),
        "environment": (Names, "environment"),
        "app_port": (ServiceTable, "port"),
        "db_port": (DatabaseTable, "port"),
        "redis_port": (FirewallArgs, "conversations"),
        "tags": (FirewallArgs, "tags"),
    },
    "CP-CMP-23": {
        "service_name": (ServiceArgs, "word"),
        "cluster_arn": (ServiceArgs, "cluster"),
        "task_definition_arn": None,
        "desired_count": (CountTable, "min"),
        "subnet_ids": (ServiceArgs, "subnet_ids"),
        "security_group_ids": (ServiceArgs, "group"),
        "target_group_arn": (ServiceArgs, "load_balancer"),
        "container_name": (ServiceArgs, "word"),
        "container_port": (ServiceTable, "port"),
        "deployment_minimum_healthy_percent": (DeploymentTable, "min"),
        "deployment_maximum_percent": (DeploymentTable, "max"),
        "health_check_grace_period": (HealthTable, "grace"),
        "tags": (ServiceArgs, "tags"),
    },
    "CP-DB-20": {
        "identifier": (Names, "environment"),
        "environment": (Names, "environment"),
        "instance_class": (DatabaseTable, "instance_class"),
        "allocated_storage": (StorageTable, "initial"),
        "max_allocated_storage": (StorageTable, "max"),
        "db_name": (DatabaseTable, "name"),
        "master_username": (DatabaseTable, "user"),
        "master_password": (DatabaseTable, "password"),
        "subnet_group_name": None,
        "security_group_ids": (DatabaseArgs, "group"),
        "kms_key_arn": (DatabaseArgs, "key"),
        "multi_az": (DatabaseTable, "multi_az"),
        "backup_retention_period": (DatabaseTable, "backup_days"),
        "deletion_protection": (DatabaseTable, "deletion_protection"),
        "performance_insights": (DatabaseTable, "insights"),
        "tags": (DatabaseArgs, "tags"),
    },
}


def _assert_inputs(id_: str) -> None:
    """Every input is a field, and the table or dataclass that has it is reachable from the component."""
    for given, ours in INPUTS[id_].items():
        if ours:
            owner, name = ours
            assert name in _fields(owner), f"{id_}: {given} has no counterpart {owner.__name__}.{name}"


def _fields(owner: type) -> set[str]:
    return set(owner.model_fields) if issubclass(owner, BaseModel) else {each.name for each in fields(owner)}


@cache
def _without_ports() -> Recording:
    """The dev stack whose service does not say its port."""
    return changed("dev", lambda config: config["cloudplatform:services"]["fastapi"].pop("port"))


@cache
def _without_count() -> Recording:
    return changed("dev", lambda config: config["cloudplatform:services"]["fastapi"]["count"].pop("min"))


@cache
def _plain() -> Recording:
    """The dev stack whose database and deployment say what they must and nothing else."""

    def leave_out(config: Config) -> None:
        service = config["cloudplatform:services"]["fastapi"]
        config["cloudplatform:database"] = {"version": "15", "export-to": "backups"}
        service["deployment"] = {"owner": "pipeline"}
        service["health"] = {"command": service["health"]["command"]}

    return changed("dev", leave_out)


def _component(stack: Recording, kind: str) -> RecordedResource:
    return only(each for each in stack.resources.values() if each.type == f"cloudplatform:{kind}")


@requirement("CP-NET-16", kind="unit")
def test_the_vpc_component() -> None:
    _assert_inputs("CP-NET-16")
    stack = recorded("dev", True)
    vpc = one(stack, "ec2.Vpc")
    assert (vpc["enableDnsHostnames"], vpc["enableDnsSupport"]) == (True, True)
    outputs = _component(stack, "network:Network").registered
    assert outputs is not None
    assert [outputs[name] for name in ("vpc_id", "vpc_cidr", "vpc_arn")] == [
        vpc.id,
        vpc["cidrBlock"],
        vpc.outputs["arn"],
    ]


@requirement("CP-NET-17", kind="unit")
def test_the_subnets_component() -> None:
    """Six outputs: ids and CIDRs of each tier, in the order of the zones."""
    _assert_inputs("CP-NET-17")
    stack = recorded("dev", True)
    outputs = _component(stack, "network:Network").registered
    assert outputs is not None
    for tier in ("public", "private", "data"):
        subnets = sorted(
            (each for each in of(stack, "ec2.Subnet") if each["tags"]["Tier"] == tier),
            key=lambda each: each["availabilityZone"],
        )
        assert outputs["subnet_ids"][tier] == ids(subnets)
        assert outputs["subnet_cidrs"][tier] == [each["cidrBlock"] for each in subnets]


def test_the_security_groups_component() -> None:
    """The inputs of CP-SG-08 and the ports that hold where the tables name none; its five outputs are in
    test_security_groups.py."""
    _assert_inputs("CP-SG-08")
    ports = {each["fromPort"] for each in of(_plain(), "vpc.SecurityGroupIngressRule")}
    assert {5432, 6379} <= ports


@requirement("CP-CMP-23", kind="unit")
def test_the_service_component() -> None:
    _assert_inputs("CP-CMP-23")
    service = one(_plain(), "ecs.Service")
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (50, 200)
    assert service["healthCheckGracePeriodSeconds"] == 60
    outputs = _component(_plain(), "compute:Service").registered
    assert outputs is not None
    assert [outputs[name] for name in ("service_id", "service_name", "arn")] == [
        service.id,
        service["name"],
        service.outputs["arn"],
    ]
    assert one(_without_count(), "ecs.Service")["desiredCount"] == 1
    assert only(container(_without_ports())["portMappings"])["containerPort"] == 8000


DATABASE: dict[str, Any] = {
    "instanceClass": "db.t3.micro",
    "allocatedStorage": 20,
    "maxAllocatedStorage": 100,
    "multiAz": False,
    "backupRetentionPeriod": 7,
    "deletionProtection": False,
    "performanceInsightsEnabled": False,
}


@requirement("CP-DB-20", kind="unit")
def test_the_database_component() -> None:
    """Deletion protection is false where the posture asks for none (ADR-012)."""
    _assert_inputs("CP-DB-20")
    database = one(_plain(), "rds.Instance")
    assert {name: database[name] for name in DATABASE} == DATABASE
    outputs = _component(_plain(), "data:Database").registered
    assert outputs is not None
    wanted = [database.outputs["endpoint"], database["port"], database.outputs["arn"], database["identifier"]]
    assert [outputs[name] for name in ("endpoint", "port", "arn", "instance_id")] == wanted


@pytest.mark.parametrize("args", [NetworkArgs, FirewallArgs, ServiceArgs, DatabaseArgs])
def test_every_component_knows_its_names_and_takes_tags(args: type[Args]) -> None:
    """`environment` of every signature is in `names`."""
    assert {"names", "tags"} <= _fields(args)
