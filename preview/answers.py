"""What AWS would answer: ids, ARNs and other outputs of real shape, the same for the same resource every time."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage] the SDK's own reading of its classes

from preview.shapes import TypeProperties
from preview.wire import Object

ACCOUNT = "123456789012"

#: Prefix of an identifier that is `<prefix>-<17 hexadecimal digits>`, by type (EC2 and EFS API references).
PREFIXES = {
    "ec2/vpc:Vpc": "vpc",
    "ec2/subnet:Subnet": "subnet",
    "ec2/securityGroup:SecurityGroup": "sg",
    "ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg",
    "ec2/routeTable:RouteTable": "rtb",
    "ec2/defaultRouteTable:DefaultRouteTable": "rtb",
    "ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc",
    "ec2/internetGateway:InternetGateway": "igw",
    "ec2/natGateway:NatGateway": "nat",
    "ec2/eip:Eip": "eipalloc",
    "ec2/networkAcl:NetworkAcl": "acl",
    "ec2/defaultNetworkAcl:DefaultNetworkAcl": "acl",
    "ec2/networkAclAssociation:NetworkAclAssociation": "aclassoc",
    "ec2/vpcEndpoint:VpcEndpoint": "vpce",
    "ec2/flowLog:FlowLog": "fl",
    "ec2/instance:Instance": "i",
    "ec2/launchTemplate:LaunchTemplate": "lt",
    "ec2/networkInterface:NetworkInterface": "eni",
    "ebs/volume:Volume": "vol",
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr",
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr",
    "efs/fileSystem:FileSystem": "fs",
    "efs/accessPoint:AccessPoint": "fsap",
    "efs/mountTarget:MountTarget": "fsmt",
}

#: Prefix of the identifiers of other resources that a property names, by the property's name without `Id`.
PROPERTY_PREFIXES = {
    "vpc": "vpc",
    "subnet": "subnet",
    "securityGroup": "sg",
    "defaultSecurityGroup": "sg",
    "networkInterface": "eni",
    "primaryNetworkInterface": "eni",
    "routeTable": "rtb",
    "mainRouteTable": "rtb",
    "defaultRouteTable": "rtb",
    "networkAcl": "acl",
    "defaultNetworkAcl": "acl",
    "dhcpOptions": "dopt",
    "allocation": "eipalloc",
    "association": "eipassoc",
    "prefixList": "pl",
    "securityGroupRule": "sgr",
    "ami": "ami",
}

#: The ARN of a type after `arn:aws:` (Service Authorization Reference); `{hex}` is 16 digits, `{id}` the identifier.
ARNS = {
    "iam/role:Role": "iam::{account}:role{path}{name}",
    "iam/policy:Policy": "iam::{account}:policy{path}{name}",
    "iam/instanceProfile:InstanceProfile": "iam::{account}:instance-profile{path}{name}",
    "iam/user:User": "iam::{account}:user{path}{name}",
    "iam/openIdConnectProvider:OpenIdConnectProvider": "iam::{account}:oidc-provider/{host}",
    "kms/key:Key": "kms:{region}:{account}:key/{uuid}",
    "kms/alias:Alias": "kms:{region}:{account}:{name}",
    "s3/bucket:Bucket": "s3:::{name}",
    "s3/bucketV2:BucketV2": "s3:::{name}",
    "lb/loadBalancer:LoadBalancer": "elasticloadbalancing:{region}:{account}:loadbalancer/{balancer}/{name}/{hex}",
    "lb/targetGroup:TargetGroup": "elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex}",
    "lb/listener:Listener": "elasticloadbalancing:{region}:{account}:listener/app/{name}/{hex}/{hex}",
    "lb/listenerRule:ListenerRule": "elasticloadbalancing:{region}:{account}:listener-rule/app/{name}/{hex}/{hex}",
    "secretsmanager/secret:Secret": "secretsmanager:{region}:{account}:secret:{name}-{six}",
    "cloudwatch/logGroup:LogGroup": "logs:{region}:{account}:log-group:{name}",
    "cloudwatch/metricAlarm:MetricAlarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "cloudwatch/compositeAlarm:CompositeAlarm": "cloudwatch:{region}:{account}:alarm:{alarm}",
    "ecs/cluster:Cluster": "ecs:{region}:{account}:cluster/{name}",
    "ecs/service:Service": "ecs:{region}:{account}:service/{cluster}/{name}",
    "ecs/taskDefinition:TaskDefinition": "ecs:{region}:{account}:task-definition/{family}:1",
    "ecr/repository:Repository": "ecr:{region}:{account}:repository/{name}",
    "rds/instance:Instance": "rds:{region}:{account}:db:{identifier}",
    "rds/cluster:Cluster": "rds:{region}:{account}:cluster:{identifier}",
    "rds/subnetGroup:SubnetGroup": "rds:{region}:{account}:subgrp:{name}",
    "rds/parameterGroup:ParameterGroup": "rds:{region}:{account}:pg:{name}",
    "efs/fileSystem:FileSystem": "elasticfilesystem:{region}:{account}:file-system/{id}",
    "efs/accessPoint:AccessPoint": "elasticfilesystem:{region}:{account}:access-point/{id}",
    "elasticache/replicationGroup:ReplicationGroup": "elasticache:{region}:{account}:replicationgroup:{identifier}",
    "elasticache/subnetGroup:SubnetGroup": "elasticache:{region}:{account}:subnetgroup:{name}",
    "elasticache/parameterGroup:ParameterGroup": "elasticache:{region}:{account}:parametergroup:{name}",
    "dynamodb/table:Table": "dynamodb:{region}:{account}:table/{name}",
    "sqs/queue:Queue": "sqs:{region}:{account}:{name}",
    "sns/topic:Topic": "sns:{region}:{account}:{name}",
    "lambda/function:Function": "lambda:{region}:{account}:function:{name}",
    "acm/certificate:Certificate": "acm:{region}:{account}:certificate/{uuid}",
    "acm/certificateValidation:CertificateValidation": "acm:{region}:{account}:certificate/{uuid}",
    "route53/zone:Zone": "route53:::hostedzone/{zone}",
    "cloudfront/distribution:Distribution": "cloudfront::{account}:distribution/{zone}",
    "wafv2/webAcl:WebAcl": "wafv2:{region}:{account}:{scope}/webacl/{name}/{uuid}",
    "ssm/parameter:Parameter": "ssm:{region}:{account}:parameter/{name}",
    "appautoscaling/target:Target": "application-autoscaling:{region}:{account}:scalable-target/{hex}",
}

#: How the identifier of a type is made where it is neither prefixed nor the physical name.
IDENTIFIERS = {
    "kms/key:Key": "{uuid}",
    "route53/zone:Zone": "{zone}",
    "cloudfront/distribution:Distribution": "{zone}",
    "ecs/taskDefinition:TaskDefinition": "{family}",
    "rds/instance:Instance": "db-{long}",
    "secretsmanager/secretRotation:SecretRotation": "{secret}",
}

#: Types whose identifier is their ARN.
IDENTIFIED_BY_ARN = {
    "lb/loadBalancer:LoadBalancer",
    "lb/targetGroup:TargetGroup",
    "lb/listener:Listener",
    "lb/listenerRule:ListenerRule",
    "iam/policy:Policy",
    "iam/openIdConnectProvider:OpenIdConnectProvider",
    "secretsmanager/secret:Secret",
    "ecs/cluster:Cluster",
    "ecs/service:Service",
    "acm/certificate:Certificate",
    "sns/topic:Topic",
}

#: Other outputs by name, whatever the type. A property not named here gets its own name as text.
OUTPUTS = {
    "accountId": "{account}",
    "ownerId": "{account}",
    "registryId": "{account}",
    "hostedZoneId": "Z35SXDOTRQ7X7K",
    "zoneId": "Z35SXDOTRQ7X7K",
    "dnsName": "{name}-{six}.{region}.elb.amazonaws.com",
    "arnSuffix": "{balancer}/{name}/{hex}",
    "keyId": "{uuid}",
    "domainName": "{name}.amazonaws.com",
    "bucketDomainName": "{name}.s3.amazonaws.com",
    "bucketRegionalDomainName": "{name}.s3.{region}.amazonaws.com",
    "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
    "address": "{identifier}.{six}.{region}.rds.amazonaws.com",
    "endpoint": "{identifier}.{six}.{region}.rds.amazonaws.com:5432",
    "primaryEndpointAddress": "master.{identifier}.{six}.use1.cache.amazonaws.com",
    "readerEndpointAddress": "replica.{identifier}.{six}.use1.cache.amazonaws.com",
    "configurationEndpointAddress": "clustercfg.{identifier}.{six}.use1.cache.amazonaws.com",
    "publicIp": "203.0.113.10",
    "privateIp": "10.0.0.10",
    "availabilityZone": "{region}a",
    "availabilityZoneId": "use1-az1",
    "region": "{region}",
    "bucketRegion": "{region}",
    "url": "https://sqs.{region}.amazonaws.com/{account}/{name}",
    "invokeArn": "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{name}/invocations",
    "uniqueId": "AROA{HEX}",
    "versionId": "{uuid}",
    "engineVersionActual": "{version}",
}

#: Outputs that mean something else for one type.
OUTPUTS_OF = {
    ("lb/targetGroup:TargetGroup", "arnSuffix"): "targetgroup/{name}/{hex}",
    ("route53/zone:Zone", "zoneId"): "{zone}",
    ("ec2/vpcEndpoint:VpcEndpoint", "prefixListId"): "pl-{eight}",
}


@dataclass(frozen=True)
class Owner:
    """The resource whose outputs are asked for."""

    token: str
    name: str
    urn: str
    inputs: Mapping[str, Any]
    region: str
    account: str

    @property
    def kind(self) -> str:
        """The type without its package: `ec2/vpc:Vpc`."""
        return self.token.partition(":")[2]

    @property
    def physical(self) -> str:
        """The name in AWS: what was set or made, else the logical name."""
        given = (self.inputs.get(key) for key in ("name", "bucket", "identifier", "clusterIdentifier", "family"))
        return next((str(name) for name in given if name), self.name)


def identifier(owner: Owner) -> str:
    """The resource's id, in the form that its type has."""
    prefix = PREFIXES.get(owner.kind)
    if prefix:
        return f"{prefix}-{_digits(owner)['long']}"
    if owner.kind in IDENTIFIED_BY_ARN:
        return arn(owner)
    return _filled(IDENTIFIERS.get(owner.kind, "{name}"), owner)


def arn(owner: Owner) -> str:
    """The resource's ARN; a plain one where the type has no form in the table."""
    service, _, rest = owner.kind.partition("/")
    plain = f"{service}:{{region}}:{{account}}:{rest.partition(':')[0].lower()}/{{id}}"
    if owner.kind in PREFIXES:
        plain = f"{service.replace('vpc', 'ec2')}:{{region}}:{{account}}:{_dashed(rest.partition(':')[2])}/{{id}}"
    return "arn:aws:" + _filled(ARNS.get(owner.kind, plain), owner)


def outputs(owner: Owner, shape: TypeProperties, names: Iterable[str]) -> Object:
    """Values for computed properties, by their type and name.

    What the program could have set and did not is empty; a list that AWS alone fills has one member.
    """
    found = {name: _output(owner, name, shape.returned[name], name not in shape.settable) for name in names}
    if owner.token.startswith("random:"):
        found["result"] = ("Aa0" + _digits(owner)["text"])[: owner.inputs.get("length", 32)]
    if owner.kind == "acm/certificate:Certificate":
        found["domainValidationOptions"] = [_validation(owner, name) for name in _certified(owner)]
    return found


def _output(owner: Owner, name: str, kind: Any, made_by_aws: bool) -> Any:
    if kind is bool:
        return False
    if kind in (int, float):
        return 5432 if name == "port" else 1
    if get_origin(kind) in (dict, Mapping) or _is_mapping(kind):
        return {}
    if _is_sequence(kind):
        (member,) = get_args(kind)
        return [_output(owner, name.removesuffix("s"), member, made_by_aws)] if made_by_aws else []
    if isinstance(kind, type) and sdk_types.is_output_type(kind):
        members = sdk_types.output_type_types(kind).items()
        return {key: _output(owner, key, member, made_by_aws) for key, member in members}
    return _text(owner, name)


def _text(owner: Owner, name: str) -> str:
    if name == "arn":
        return arn(owner)
    if name.endswith("Arn") and name not in OUTPUTS:
        return arn(owner)
    form = OUTPUTS_OF.get((owner.kind, name), OUTPUTS.get(name))
    if form:
        return _filled(form, owner)
    prefix = PROPERTY_PREFIXES.get(name.removesuffix("Id")) if name.endswith("Id") else None
    return f"{prefix}-{_hex(owner.urn + name, 17)}" if prefix else f"{owner.physical}-{_dashed(name)}"


def _certified(owner: Owner) -> list[str]:
    return [owner.inputs.get("domainName", ""), *owner.inputs.get("subjectAlternativeNames", [])]


def _validation(owner: Owner, domain: str) -> Object:
    """One record of AWS Certificate Manager's DNS validation (ACM user guide, DNS validation)."""
    digest = _hex(owner.urn + domain, 32)
    return {
        "domainName": domain,
        "resourceRecordName": f"_{digest}.{domain.removeprefix('*.')}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{digest[::-1]}.acm-validations.aws.",
    }


def _filled(form: str, owner: Owner) -> str:
    inputs = owner.inputs
    words = {
        **_digits(owner),
        "region": owner.region,
        "account": owner.account,
        "name": owner.physical,
        "path": inputs.get("path", "/"),
        "family": inputs.get("family", owner.physical),
        "identifier": next(
            (inputs[key] for key in ("identifier", "clusterIdentifier", "replicationGroupId") if key in inputs),
            owner.physical,
        ),
        "alarm": inputs.get("alarmName", owner.physical),
        "cluster": str(inputs.get("cluster", "default")).rpartition("/")[2],
        "secret": inputs.get("secretId", ""),
        "host": str(inputs.get("url", "")).removeprefix("https://"),
        "balancer": {"network": "net", "gateway": "gwy"}.get(inputs.get("loadBalancerType", ""), "app"),
        "version": inputs.get("engineVersion", "1"),
        "scope": "global" if inputs.get("scope") == "CLOUDFRONT" else "regional",
    }
    if "{id}" in form:
        words["id"] = identifier(owner)
    return form.format_map(words)


def _digits(owner: Owner) -> dict[str, str]:
    digest = _hex(owner.urn, 64)
    return {
        "text": digest,
        "hex": digest[:16],
        "HEX": digest[:17].upper(),
        "long": digest[:17],
        "eight": digest[:8],  # of the lists that AWS manages
        "six": digest[-6:],
        "zone": "Z" + digest[:13].upper(),
        "uuid": "-".join((digest[:8], digest[8:12], "4" + digest[13:16], "a" + digest[17:20], digest[20:32])),
    }


def _hex(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _dashed(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def _is_sequence(kind: Any) -> bool:
    return getattr(get_origin(kind), "__name__", "") in ("list", "Sequence")


def _is_mapping(kind: Any) -> bool:
    return getattr(get_origin(kind), "__name__", "") in ("dict", "Mapping")
