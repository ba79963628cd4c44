"""Answers to the functions that foreign programs call, as an empty account gives them. Our own program calls none."""

import json
from collections.abc import Mapping
from typing import Any

from preview.wire import Object

Arguments = Mapping[str, Any]

IMAGE = "ami-0123456789abcdef0"
PREFIXES = "pl-0123456789abcdef0"


def answer(token: str, arguments: Arguments, region: str, account: str) -> Object:
    """The result of a provider function; one that is not known here gives its arguments back."""
    function = token.rpartition(":")[2]
    if function == "getPolicyDocument":
        return {"id": function, "json": policy_document(arguments), "minifiedJson": policy_document(arguments)}
    answers = _place(arguments.get("region") or region, account)
    return {"id": function, **arguments, **answers.get(function, {})}


def policy_document(arguments: Arguments) -> str:
    """The JSON text that `aws.iam.getPolicyDocument` makes of its statements."""
    given: list[Arguments] = arguments.get("statements") or []
    statements = [_statement(statement) for statement in given]
    return json.dumps({"Version": arguments.get("version") or "2012-10-17", "Statement": statements})


def _statement(given: Arguments) -> Object:
    conditions: dict[str, dict[str, Any]] = {}
    clauses: list[Arguments] = given.get("conditions") or []
    for condition in clauses:
        conditions.setdefault(condition["test"], {})[condition["variable"]] = condition["values"]
    written = {
        "Sid": given.get("sid"),
        "Effect": given.get("effect") or "Allow",
        "Action": given.get("actions"),
        "NotAction": given.get("notActions"),
        "Resource": given.get("resources"),
        "NotResource": given.get("notResources"),
        "Principal": _principals(given.get("principals")),
        "NotPrincipal": _principals(given.get("notPrincipals")),
        "Condition": conditions or None,
    }
    return {key: value for key, value in written.items() if value}


def _principals(given: list[Arguments] | None) -> Any:
    if given and given[0]["type"] == "*":
        return "*"
    return {principal["type"]: principal["identifiers"] for principal in given or []}


def _place(region: str, account: str) -> Mapping[str, Object]:
    """Answers that do not depend on the call's arguments, by function."""
    return {
        "getCallerIdentity": {"accountId": account, "arn": f"arn:aws:iam::{account}:root", "userId": account},
        "getRegion": {"name": region, "region": region, "description": region},
        "getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"},
        "getAvailabilityZones": {
            "names": [region + zone for zone in "abc"],
            "zoneIds": ["use1-az1", "use1-az2", "use1-az3"],
            "groupNames": [region],
            "region": region,
        },
        # The account of Elastic Load Balancing in us-east-1 (ELB user guide, access logs).
        "getServiceAccount": {"arn": "arn:aws:iam::127311923021:root", "id": "127311923021"},
        "getZone": {
            "zoneId": "Z0123456789OFFLINE",
            "arn": "arn:aws:route53:::hostedzone/Z0123456789OFFLINE",
            "nameServers": ["ns-1.awsdns-01.com"],
        },
        "getAmi": {"id": IMAGE, "imageId": IMAGE, "architecture": "x86_64"},
        "getParameter": {"value": IMAGE},  # read for the newest machine image, by every program that was seen
        "getPrefixList": {"prefixListId": PREFIXES, "cidrBlocks": []},
        "getManagedPrefixList": {"id": PREFIXES, "entries": []},
    }
