"""Answers to the functions that foreign programs call, as an empty account gives them. Our own program calls none."""

from collections.abc import Mapping
from typing import Any

from preview.policy_documents import policy_document
from preview.wire import Object

Arguments = Mapping[str, Any]

IMAGE = "ami-0123456789abcdef0"
PREFIXES = "pl-0123456789abcdef0"
# The lists of gateway endpoints and of CloudFront have short ids, customers' have long ones.
PREFIXES_OF_AWS = "pl-01234567"


def answer(token: str, arguments: Arguments, region: str, account: str) -> Object:
    """The result of a provider function; one that is not known here gives its arguments back."""
    function = token.rpartition(":")[2]
    if function == "getPolicyDocument":
        return {"id": function, **arguments, **policy_document(arguments)}
    if function == "getManagedPrefixList" and any(name.startswith("com.amazonaws.") for name in _names(arguments)):
        return {**arguments, "id": PREFIXES_OF_AWS, "entries": []}
    answers = _place(arguments.get("region") or region, account)
    return {"id": function, **arguments, **answers.get(function, {})}


def _names(arguments: Arguments) -> list[str]:
    """What a look-up of a prefix list calls it, by its name or by a filter."""
    filters = [one for one in arguments.get("filters") or () if one.get("name") == "prefix-list-name"]
    return [str(arguments.get("name") or ""), *(str(name) for one in filters for name in one.get("values") or ())]


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
        "getPrefixList": {"prefixListId": PREFIXES_OF_AWS, "cidrBlocks": []},  # of gateway endpoints: AWS's alone
        "getManagedPrefixList": {"id": PREFIXES, "entries": []},
    }
