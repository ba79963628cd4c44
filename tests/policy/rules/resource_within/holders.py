"""Rows of the family resource-within, and of rules that look into what it reads."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.engine import Declared

RULE = "resource-within-unread"
_CONTROL = "cloudcontrol/resource:Resource"
_PORTS = "lightsail/instancePublicPorts:InstancePublicPorts"


def template(**resources: tuple[str, dict[str, Any]]) -> Declared:
    body = {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in resources.items()}
    return r("cloudformation/stack:Stack", templateBody=json.dumps({"Resources": body}))


def control(kind: str, **state: Any) -> Declared:
    return r(_CONTROL, typeName=kind, desiredState=json.dumps(state))


SEALED = ("AWS::EC2::Volume", {"Size": 1, "Encrypted": True})
PLAIN = ("AWS::EC2::Volume", {"Size": 1, "Encrypted": False})
STRANGE = ("AWS::Example::Thing", {})
IN_YAML = "Resources:\n  Disk:\n    Type: AWS::EC2::Volume\n    Properties: {Size: 1, KmsKeyId: !Ref Key}\n"
OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}

PARAMETER = ("AWS::EC2::Volume", {"Encrypted": {"Ref": "Sealed"}})
DOOR = ("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [OPEN]})
SSH = {"protocol": "tcp", "fromPort": 22, "toPort": 22}

ROWS = [
    Row(RULE, "ok", "a template", (template(Disk=SEALED),)),
    Row(RULE, "breach", "one of two", (template(Disk=SEALED, Thing=STRANGE),)),
    Row(
        RULE, "breach", "a template elsewhere", (r("cloudformation/stack:Stack", templateUrl="https://example.com/t"),)
    ),
    Row(RULE, "breach", "a generic resource", (control("AWS::Example::Thing"),)),
    Row(RULE, "ok", "a generic resource", (control("AWS::EC2::Volume", Encrypted=True),)),
    Row(RULE, "undecided", "", (OTHER, r("cloudformation/stackSet:StackSet", refs=unknown("templateBody")))),
    Row("volume-at-rest", "breach", "inside, one of two", (template(Disk=SEALED, Other=PLAIN),)),
    Row("volume-at-rest", "ok", "inside", (template(Disk=SEALED),)),
    Row("volume-at-rest", "breach", "inside, in YAML", (r("cloudformation/stack:Stack", templateBody=IN_YAML),)),
    Row("volume-at-rest", "breach", "inside a generic resource", (control("AWS::EC2::Volume", Size=1),)),
    Row(
        "volume-at-rest",
        "undecided",
        "inside, by a parameter",
        (template(Disk=PARAMETER),),
    ),
    Row(
        "sg-open-ports",
        "breach",
        "inside",
        (template(Door=DOOR),),
    ),
    Row(
        "sg-open-ports",
        "breach",
        "a machine of Lightsail",
        (r(_PORTS, portInfos=[SSH]),),
    ),
    Row(
        "sg-open-ports",
        "ok",
        "a machine of Lightsail, for one office",
        (r(_PORTS, portInfos=[SSH | {"cidrs": ["203.0.113.7/32"]}]),),
    ),
    Row(
        "store-public", "breach", "inside", (control("AWS::RDS::DBInstance", Engine="mysql", PubliclyAccessible=True),)
    ),
]
