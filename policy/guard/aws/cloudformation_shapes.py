"""What CloudFormation lays out otherwise than the provider: blocks that are one property there, or stand elsewhere."""

from __future__ import annotations

from typing import Any, cast

from guard.aws.cloudformation_types import ProviderType
from guard.aws.devices import ROOTS
from guard.model.graph import ABSENT, Missing, dig, items


def reshaped(kind: str, known: ProviderType, table: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a resource as the provider lays them out, by CloudFormation's names still."""
    inner = table.get(known.within) if known.within else None
    table = {**table, **(cast(dict[str, Any], inner) if isinstance(inner, dict) else {})}
    table.pop(known.within, None)
    match kind, table:
        case "AWS::Kinesis::Stream", {"StreamEncryption": {"EncryptionType": encryption}}:
            table = {**table, "EncryptionType": encryption}
        case "AWS::EC2::Instance", {"BlockDeviceMappings": disks}:
            table = {**{key: value for key, value in table.items() if key != "BlockDeviceMappings"}, **_disks(disks)}
        case "AWS::OpenSearchService::Domain", {"LogPublishingOptions": {**logs}}:
            listed = [{"LogType": name, "CloudwatchLogGroupArn": "set"} for name in logs]
            table = {**table, "LogPublishingOptions": listed}
        case "AWS::ECS::TaskDefinition", _:
            table = {**table, **_task(table)}
        case "AWS::EKS::Cluster", {"Logging": logging}:
            types = [dig(one, "Type") for one in items(dig(logging, "ClusterLogging.EnabledTypes"))]
            table = {**_without(table, "Logging"), "EnabledClusterLogTypes": types}
        case "AWS::MSK::Cluster", {"ClientAuthentication": {**clients}}:
            table = {**table, "ClientAuthentication": _clients(clients)}
        case "AWS::Events::EventBusPolicy", _:
            table = {**_without(table, "Statement"), "Policy": {"Statement": [_of_bus(table)]}}
        case _:
            pass
    return table


def _without(table: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in names}


def _task(table: dict[str, Any]) -> dict[str, Any]:
    """Return containers without their variables, whose secrets are looked for in the holder, and volumes."""
    containers = [
        _without(cast(dict[str, Any], one), "Environment") if isinstance(one, dict) else one
        for one in items(table.get("ContainerDefinitions"))
    ]
    volumes = [
        {**cast(dict[str, Any], one), **_set({"HostPath": dig(one, "Host.SourcePath")})}
        for one in items(table.get("Volumes"))
        if isinstance(one, dict)
    ]
    return {"ContainerDefinitions": containers, "Volumes": volumes}


def _clients(ways: dict[str, Any]) -> dict[str, Any]:
    """Return how clients of Kafka say who they are: by switches, not by blocks with one."""
    sasl = {name: dig(ways, f"Sasl.{name}.Enabled") for name in ("Iam", "Scram")}
    found = {"Unauthenticated": dig(ways, "Unauthenticated.Enabled"), "Sasl": _set(sasl)}
    tls = {} if dig(ways, "Tls.Enabled") in (False, "false") else _set({"Tls": dig(ways, "Tls")})
    return {**_set(found), **tls}


def _set(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not ABSENT and value != {}}


def _of_bus(table: dict[str, Any]) -> Any:
    """Return the one statement of a bus's policy, in the older form by its parts."""
    if "Statement" in table:
        return table["Statement"]
    parts = {name: table[name] for name in ("Action", "Principal") if name in table}
    given = table.get("Condition")
    condition = {str(dig(given, "Type")): {str(dig(given, "Key")): dig(given, "Value")}} if given else None
    return {"Effect": "Allow", "Resource": "*", **parts, **({"Condition": condition} if condition else {})}


def _disks(mappings: Any) -> dict[str, Any]:
    """Return a machine's disks as the provider has them: the root's apart."""
    roots: list[Any] = []
    others: list[Any] = []
    for one in items(mappings):
        disk, device = dig(one, "Ebs"), dig(one, "DeviceName")
        if not isinstance(device, str | Missing):
            roots.append(device)  # nobody knows yet which disk it is: the root's may be it
        elif device in ROOTS:
            roots.append({} if disk is ABSENT else disk)
        elif isinstance(disk, dict):
            others.append({"DeviceName": device, **cast(dict[str, Any], disk)})
    return {**({"RootBlockDevice": roots[0]} if roots else {}), "EbsBlockDevices": others}
