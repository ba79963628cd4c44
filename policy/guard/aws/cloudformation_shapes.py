"""What CloudFormation lays out otherwise than the provider: blocks that are one property there, or stand elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from guard.aws.cloudformation_types import ProviderType
from guard.aws.devices import ROOTS
from guard.model.graph import ABSENT, UNKNOWN, Missing, dig, items


def reshaped(kind: str, known: ProviderType, table: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a resource as the provider lays them out, by CloudFormation's names still."""
    inner = table.get(known.within) if known.within else None
    table = {**table, **(cast(dict[str, Any], inner) if isinstance(inner, dict) else {})}
    table.pop(known.within, None)
    return {**table, **_SHAPES[kind](table)} if kind in _SHAPES else table


def is_function(value: Any) -> bool:
    """Say whether a value is what a function of the template will say."""
    words = list(cast(dict[str, Any], value)) if isinstance(value, dict) else []
    return len(words) == 1 and (words[0] in ("Ref", "Condition") or words[0].startswith("Fn::"))


def _told(table: dict[str, Any], name: str) -> Any:
    """Return a block, or UNKNOWN where a function of the template will say it."""
    value = table.get(name, ABSENT)
    return UNKNOWN if is_function(value) else value


def _definition(table: dict[str, Any]) -> dict[str, Any]:
    """Return the document that defines an API; one in a bucket is not known."""
    return {"Body": UNKNOWN} if "BodyS3Location" in table else {}


def _method(table: dict[str, Any]) -> dict[str, Any]:
    """Return a method's integration with the API that it belongs to."""
    inner = _told(table, "Integration")
    return {"Integration": {**inner, **_set({"RestApi": dig(table, "RestApiId")})}} if isinstance(inner, dict) else {}


def _file_system(table: dict[str, Any]) -> dict[str, Any]:
    """Return what the block of its type says of a file system; what becomes of it a template says elsewhere."""
    kind = str(table.get("FileSystemType"))
    inner = _told(table, _BLOCKS.get(kind, ""))
    hidden: dict[str, Any] = dict.fromkeys(_HIDDEN, UNKNOWN) if inner is UNKNOWN else {}
    said = cast(dict[str, Any], inner) if isinstance(inner, dict) else hidden
    return {**said, **({"SkipFinalBackup": UNKNOWN} if kind == "LUSTRE" else {})}


_BLOCKS: Final = {
    "LUSTRE": "LustreConfiguration",
    "ONTAP": "OntapConfiguration",
    "OPENZFS": "OpenZFSConfiguration",
    "WINDOWS": "WindowsConfiguration",
}
_HIDDEN: Final = ("AutomaticBackupRetentionDays", "DeploymentType")


def _launched(table: dict[str, Any]) -> dict[str, Any]:
    """Return the launch template of a machine, or of a group of them, by the provider's names."""
    found = _told(table, "LaunchTemplate")
    if not isinstance(found, dict):
        return {}
    said = {"Id": dig(found, "LaunchTemplateId"), "Name": dig(found, "LaunchTemplateName")}
    return {"LaunchTemplate": _set({**said, "Version": dig(found, "Version")})}


def _targets(table: dict[str, Any]) -> dict[str, Any]:
    """Return a rule's targets as the provider has them, their tasks under another name."""
    found: list[Any] = []
    for one in items(_told(table, "Targets")):
        target = _with_task(one)
        if isinstance(target, dict):
            words = cast(dict[str, Any], target)
            target = {**_without(words, "EcsParameters", "Id"), **_set({"EcsTarget": dig(words, "EcsParameters")})}
        found.append(target)
    return {"Targets": found}


def _schedule(table: dict[str, Any]) -> dict[str, Any]:
    return {"Target": _with_task(_told(table, "Target"))} if "Target" in table else {}


def _with_task(target: Any) -> Any:
    """Return a target whose task has its network without the block that holds it, as a service's."""
    parameters = dig(target, "EcsParameters")
    if not isinstance(target, dict) or not isinstance(parameters, dict):
        return cast(Any, target)
    network = dig(parameters, "NetworkConfiguration")
    given = cast(dict[str, Any], network) if isinstance(network, dict) else {}
    inner = given.get("AwsVpcConfiguration", given.get("AwsvpcConfiguration"))
    service = _of_service({"NetworkConfiguration": {"AwsvpcConfiguration": inner}}) if inner else {}
    return {**cast(dict[str, Any], target), "EcsParameters": {**cast(dict[str, Any], parameters), **service}}


def _stream(table: dict[str, Any]) -> dict[str, Any]:
    return _set({"EncryptionType": dig(_told(table, "StreamEncryption"), "EncryptionType")})


def _domain(table: dict[str, Any]) -> dict[str, Any]:
    logs = _told(table, "LogPublishingOptions")
    if not isinstance(logs, dict):
        return {}
    return {"LogPublishingOptions": [{"LogType": name, "CloudwatchLogGroupArn": "set"} for name in cast(Any, logs)]}


def _kubernetes(table: dict[str, Any]) -> dict[str, Any]:
    types = items(dig(_told(table, "Logging"), "ClusterLogging.EnabledTypes"))
    return {"EnabledClusterLogTypes": [dig(one, "Type") for one in types]} if "Logging" in table else {}


def _flow_log(table: dict[str, Any]) -> dict[str, Any]:
    of = _told(table, "ResourceType")
    if of is UNKNOWN:
        return {"VpcId": UNKNOWN}  # it may be a VPC's
    return {_WATCHED[of]: table.get("ResourceId")} if isinstance(of, str) and of in _WATCHED else {}


def _entry(table: dict[str, Any]) -> dict[str, Any]:
    return _set({"FromPort": dig(table, "PortRange.From"), "ToPort": dig(table, "PortRange.To")})


def _parameters(table: dict[str, Any]) -> dict[str, Any]:
    values = _told(table, "Parameters")
    if not isinstance(values, dict):
        return {}
    return {"Parameters": [{"Name": name, "Value": value} for name, value in cast(dict[str, Any], values).items()]}


_WATCHED: Final = {"VPC": "VpcId", "Subnet": "SubnetId", "NetworkInterface": "EniId"}
_SWITCHES: Final = {
    "deletion_protection.enabled": "EnableDeletionProtection",
    "routing.http.drop_invalid_header_fields.enabled": "DropInvalidHeaderFields",
    "routing.http.desync_mitigation_mode": "DesyncMitigationMode",
}


def _balancer(table: dict[str, Any]) -> dict[str, Any]:
    """Return what a load balancer's attributes say, each a word and a text."""
    listed = items(_told(table, "LoadBalancerAttributes"))
    told = {str(dig(one, "Key")): dig(one, "Value") for one in listed}
    missing = ABSENT if all(isinstance(dig(one, "Key"), str) for one in listed) else UNKNOWN
    logs = {
        word: _set({"Enabled": told.get(f"{of}.enabled", missing), "Bucket": told.get(f"{of}.bucket", missing)})
        for of, word in _LOGS.items()
    }
    switches = {word: told.get(name, missing) for name, word in _SWITCHES.items()}
    return _set({"Internal": _is("internal", table.get("Scheme", "internet-facing")), **switches, **logs})


_LOGS: Final = {"access_logs.s3": "AccessLogs", "connection_logs.s3": "ConnectionLogs"}


def _is(word: str, value: Any) -> Any:
    """Say whether a value is a word; what a function says is not known."""
    return value == word if isinstance(value, str) else UNKNOWN


def _of_service(table: dict[str, Any]) -> dict[str, Any]:
    """Return a service's network without the block that holds it, and its switch by a word."""
    inner = dig(table, "NetworkConfiguration.AwsvpcConfiguration")
    if not isinstance(inner, dict):
        return {"NetworkConfiguration": inner}
    network = cast(dict[str, Any], inner)
    public = _is("ENABLED", network.get("AssignPublicIp", "DISABLED"))
    return {"NetworkConfiguration": {**network, "AssignPublicIp": public}}


def _machine(table: dict[str, Any]) -> dict[str, Any]:
    """Return what a machine's disks and its first interface say of the machine."""
    first = items(_told(table, "NetworkInterfaces"))[:1]
    said = _set({word: dig(first, name) for name, word in _INTERFACE.items()})
    if first and dig(first, "NetworkInterfaceId") is ABSENT:
        said["NetworkInterfaces"] = None  # the provider has one of its own there only
    disks = _disks(_told(table, "BlockDeviceMappings")) if "BlockDeviceMappings" in table else {}
    return {**_launched(table), **disks, **said}


_INTERFACE: Final = {
    "AssociatePublicIpAddress": "AssociatePublicIpAddress",
    "GroupSet": "SecurityGroupIds",
    "SubnetId": "SubnetId",
}


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


def _clients(table: dict[str, Any]) -> dict[str, Any]:
    """Return how clients of Kafka say who they are: by switches, not by blocks with one."""
    ways = _told(table, "ClientAuthentication")
    if not isinstance(ways, dict):
        return {}
    sasl = {name: dig(ways, f"Sasl.{name}.Enabled") for name in ("Iam", "Scram")}
    found = {"Unauthenticated": dig(ways, "Unauthenticated.Enabled"), "Sasl": _set(sasl)}
    tls = {} if dig(ways, "Tls.Enabled") in (False, "false") else _set({"Tls": dig(ways, "Tls")})
    return {"ClientAuthentication": {**_set(found), **tls}}


def _set(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not ABSENT and value != {}}


def _bus(table: dict[str, Any]) -> dict[str, Any]:
    """Return the one statement of a bus's policy as a policy, in the older form by its parts."""
    if "Statement" in table:
        return {"Policy": {"Statement": [table["Statement"]]}}
    parts = {name: table[name] for name in ("Action", "Principal") if name in table}
    given = table.get("Condition")
    condition = {str(dig(given, "Type")): {str(dig(given, "Key")): dig(given, "Value")}} if given else None
    one = {"Effect": "Allow", "Resource": "*", **parts, **({"Condition": condition} if condition else {})}
    return {"Policy": {"Statement": [one]}}


def _disks(mappings: Any) -> dict[str, Any]:
    """Return a machine's disks as the provider has them: the root's apart."""
    if mappings is UNKNOWN:
        return {"RootBlockDevice": UNKNOWN, "EbsBlockDevices": UNKNOWN}
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


def _nodes(table: dict[str, Any]) -> dict[str, Any]:
    """Return the groups from which nodes take connections, by the provider's name."""
    access = _told(table, "RemoteAccess")
    if not isinstance(access, dict):
        return {}
    groups = dig(access, "SourceSecurityGroups")
    return {"RemoteAccess": _set({"Ec2SshKey": dig(access, "Ec2SshKey"), "SourceSecurityGroupIds": groups})}


def _delivery(table: dict[str, Any]) -> dict[str, Any]:
    """Return encryption as a switch: here it is on where it is described."""
    told = _told(table, "DeliveryStreamEncryptionConfigurationInput")
    return _set({"ServerSideEncryption": {"Enabled": True} if isinstance(told, dict) else told})


def _warehouse(table: dict[str, Any]) -> dict[str, Any]:
    listed = items(_told(table, "Parameters"))
    pairs = [{"Name": dig(one, "ParameterName"), "Value": dig(one, "ParameterValue")} for one in listed]
    return {"Parameters": pairs} if "Parameters" in table else {}


def _build(table: dict[str, Any]) -> dict[str, Any]:
    """Return a project without its variables, which are looked for in the holder."""
    inner = _told(table, "Environment")
    return {
        "Environment": _without(cast(dict[str, Any], inner), "EnvironmentVariables")
        if isinstance(inner, dict)
        else inner
    }


def _classic(table: dict[str, Any]) -> dict[str, Any]:
    """Return listeners by the provider's names; one with a policy, which stands elsewhere there, is not known."""
    listeners = [
        UNKNOWN
        if not isinstance(one, dict) or "PolicyNames" in one
        else _set({name: dig(one, path) for name, path in _LISTENER.items()})
        for one in items(table.get("Listeners"))
    ]
    return {"Listeners": listeners, "Internal": _is("internal", table.get("Scheme", "internet-facing"))}


_LISTENER: Final = {
    "LbPort": "LoadBalancerPort",
    "LbProtocol": "Protocol",
    "InstancePort": "InstancePort",
    "InstanceProtocol": "InstanceProtocol",
    "SslCertificateId": "SSLCertificateId",
}


_SHAPES: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGateway::RestApi": _definition,
    "AWS::ApiGatewayV2::Api": _definition,
    "AWS::AutoScaling::AutoScalingGroup": _launched,
    "AWS::AutoScaling::LaunchConfiguration": _machine,
    "AWS::CodeBuild::Project": _build,
    "AWS::DocDB::DBClusterParameterGroup": _parameters,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::Instance": _machine,
    "AWS::EC2::NetworkAclEntry": _entry,
    "AWS::ECS::Service": _of_service,
    "AWS::ECS::TaskDefinition": _task,
    "AWS::EKS::Cluster": _kubernetes,
    "AWS::EKS::Nodegroup": _nodes,
    "AWS::ElasticLoadBalancing::LoadBalancer": _classic,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::Elasticsearch::Domain": _domain,
    "AWS::Events::EventBusPolicy": _bus,
    "AWS::Events::Rule": _targets,
    "AWS::FSx::FileSystem": _file_system,
    "AWS::Kinesis::Stream": _stream,
    "AWS::KinesisFirehose::DeliveryStream": _delivery,
    "AWS::MSK::Cluster": _clients,
    "AWS::OpenSearchService::Domain": _domain,
    "AWS::RDS::DBClusterParameterGroup": _parameters,
    "AWS::RDS::DBParameterGroup": _parameters,
    "AWS::Redshift::ClusterParameterGroup": _warehouse,
    "AWS::Scheduler::Schedule": _schedule,
}
