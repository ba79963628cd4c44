"""Rows of the logs of networks: who talked to whom."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import DATA, OTHER, VPC, Row, r, unknown
from tests.policy.engine import Declared


def flow_log(path: str, ref: str, name: str = "flow", **props: Any) -> Declared:
    return r("ec2/flowLog:FlowLog", name, refs={path: ref}, **{"trafficType": "ALL", "logDestination": "g", **props})


SECOND = r("ec2/subnet:Subnet", "second", refs={"vpcId": "net.id"}, cidrBlock="10.61.21.0/24")
ELSEWHERE = r("ec2/vpc:Vpc", "far", cidrBlock="10.62.0.0/16")

NETWORKS = [
    Row("vpc-flow-logs", "ok", "", (VPC, flow_log("vpcId", "net.id"))),
    Row("vpc-flow-logs", "ok", "what was refused", (VPC, flow_log("vpcId", "net.id", trafficType="REJECT"))),
    Row("vpc-flow-logs", "breach", "only what was let in", (VPC, flow_log("vpcId", "net.id", trafficType="ACCEPT"))),
    Row("vpc-flow-logs", "breach", "none", (VPC,)),
    Row("vpc-flow-logs", "breach", "another one's", (VPC, ELSEWHERE, flow_log("vpcId", "far.id"))),
    Row(
        "vpc-flow-logs", "breach", "of an interface", (VPC, r("ec2/flowLog:FlowLog", trafficType="ALL", eniId="eni-1"))
    ),
    Row("vpc-flow-logs", "undecided", "whose", (OTHER, VPC, flow_log("vpcId", "other.value"))),
    Row(
        "vpc-flow-logs",
        "undecided",
        "of what",
        (OTHER, VPC, r("ec2/flowLog:FlowLog", refs={"vpcId": "net.id", **unknown("trafficType")})),
    ),
    Row("vpc-flow-logs", "ok", "of every subnet", (VPC, DATA, flow_log("subnetId", "data.id"))),
    Row("vpc-flow-logs", "breach", "of one of two subnets", (VPC, DATA, SECOND, flow_log("subnetId", "data.id"))),
    Row(
        "vpc-flow-logs",
        "ok",
        "of two subnets",
        (VPC, DATA, SECOND, flow_log("subnetId", "data.id"), flow_log("subnetId", "second.id", "flow2")),
    ),
    Row("vpc-flow-logs", "breach", "the default one", (r("ec2/defaultVpc:DefaultVpc"),)),
    Row(
        "vpc-flow-logs",
        "ok",
        "the default one",
        (r("ec2/defaultVpc:DefaultVpc", "plain"), flow_log("vpcId", "plain.id")),
    ),
]

ROWS = NETWORKS
