"""Buckets, parameters and secrets of any of the systems."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from preview.recording import Recording
from tests.requirements.reading import (
    arn,
    at,
    document,
    granted,
    of,
    one,
    only,
    permissions,
    role,
    rules_of,
)
from tests.requirements.systems.shapes import containers, first_containers, none_of, peers, primary, subnet
from tests.stacks import recorded


def every_bucket(stack: Recording, class_: str, wanted: Mapping[str, Any]) -> None:
    """Each bucket has one of a class with these inputs."""
    buckets = of(stack, "s3.Bucket")
    assert buckets
    for bucket in buckets:
        own = only(each for each in of(stack, class_) if each["bucket"] in (bucket.id, bucket["bucket"]))
        assert {key: own.inputs.get(key) for key in wanted} == wanted


def tls_only(stack: Recording) -> None:
    """Each bucket's policy refuses what does not come over TLS."""
    for bucket in of(stack, "s3.Bucket"):
        policy = only(each for each in of(stack, "s3.BucketPolicy") if each["bucket"] in (bucket.id, bucket["bucket"]))
        assert any(
            not statement.allows
            and statement.condition == {"Bool": {"aws:SecureTransport": "false"}}
            and statement.actions == ["s3:*"]
            and {*statement.resources} == {arn(bucket), f"{arn(bucket)}/*"}
            for statement in document(policy["policy"])
        )
    assert of(stack, "s3.Bucket")


def lifecycle(stack: Recording, name: str, transition: tuple[int, str] | None, expires: int | None) -> None:
    """A bucket's objects move and go after these days."""
    bucket = at(stack, "s3.Bucket", bucket=name)
    found = [each for each in of(stack, "s3.BucketLifecycleConfiguration") if each["bucket"] in (bucket.id, name)]
    rules = [rule for rule in only(found)["rules"] if rule["status"] == "Enabled"]
    moves = [(move["days"], move["storageClass"]) for rule in rules for move in rule.get("transitions", [])]
    assert transition is None or transition in moves
    assert expires is None or expires in [rule.get("expiration", {}).get("days") for rule in rules]


def versioned(stack: Recording, name: str, status: str | None) -> None:
    """Whether a bucket keeps versions."""
    bucket = at(stack, "s3.Bucket", bucket=name)
    found = [each for each in of(stack, "s3.BucketVersioning") if each["bucket"] in (bucket.id, name)]
    assert [each["versioningConfiguration"]["status"] for each in found] == ([status] if status else [])


def copied(stack: Recording, name: str, to: str, key: str) -> None:
    """Each version of a bucket's objects is copied to another bucket, under a key there; neither is looked up."""
    versioned(stack, name, "Enabled")
    bucket = at(stack, "s3.Bucket", bucket=name)
    config = only(each for each in of(stack, "s3.BucketReplicationConfig") if each["bucket"] in (bucket.id, name))
    rule = only(config["rules"])
    assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert rule["destination"]["bucket"] == f"arn:aws:s3:::{to}"
    assert rule["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": key}
    role = only(each for each in of(stack, "iam.Role") if arn(each) == config["role"])
    may = permissions(stack, role)
    assert {action for each in may for action in each.actions if action.startswith("kms:")} == {
        "kms:Decrypt",
        "kms:Encrypt",
    }
    written = [each.resources for each in may if "s3:ReplicateObject" in each.actions]
    assert written == [[f"arn:aws:s3:::{to}/*"]]


def parameters(stack: Recording, family: str, wanted: Mapping[str, str], absent: Sequence[str] = ()) -> None:
    """The database's parameter group has these parameters, and lacks others."""
    group_ = only(each for each in of(stack, "rds.ParameterGroup") if each["family"] == family)
    assert primary(stack)["parameterGroupName"] in (group_["name"], group_.id)
    given = {each["name"]: each["value"] for each in group_["parameters"]}
    assert {name: given.get(name) for name in wanted} == wanted
    assert not given.keys() & {*absent}


def database_secrets(stack: Recording) -> dict[str, str]:
    """The ARNs of the secrets that open a database, and the user of each."""
    hosts = [each.outputs["address"] for each in of(stack, "rds.Instance")]
    texts = {each["secretId"]: each["secretString"] for each in of(stack, "secretsmanager.SecretVersion")}
    opening = {
        arn(each): texts[str(each.id)]
        for each in of(stack, "secretsmanager.Secret")
        if any(host in texts.get(str(each.id), "") for host in hosts)
    }
    return {secret: only(re.findall(r'//(\w+):|"username": "(\w+)"', text)) for secret, text in opening.items()}


def users_of_their_own(stack: Recording, count: int) -> None:
    """Each service opens the database by the URL in a secret of its own, with a user that is called as the service.
    Its roles read neither another's secret nor the administrator's.
    """
    users, tasks = database_secrets(stack), of(stack, "ecs.TaskDefinition")
    assert (len(tasks), len(users), len({*users.values()})) == (count, count + 1, count + 1)
    for task in tasks:
        name, secret = only(
            (each["name"], variable["valueFrom"])
            for each in json.loads(task["containerDefinitions"])
            for variable in each.get("secrets", [])
            if variable["name"] == "DATABASE_URL"
        )
        assert users[secret] == (name.replace("-", "_"), "")
        roles = [role(stack, task[which]) for which in ("executionRoleArn", "taskRoleArn")]
        read = [granted(permissions(stack, each)).get("secretsmanager:GetSecretValue", set()) for each in roles]
        assert [each & {*users, "*"} for each in read] == [{secret}, {secret}]


def database_secrets_rotate(stack: Recording, days: int) -> None:
    """A function that Secrets Manager may run for it renews each secret that opens a database every so many days."""
    users = database_secrets(stack)
    assert users
    functions = {arn(each): each["name"] for each in of(stack, "lambda_.Function")}
    runs = {
        (each["sourceArn"], each["function"])
        for each in of(stack, "lambda_.Permission")
        if each["principal"] == "secretsmanager.amazonaws.com"
    }
    for secret in users:
        rotation = at(stack, "secretsmanager.SecretRotation", secretId=secret)
        assert rotation["rotationRules"]["automaticallyAfterDays"] == days
        assert (secret, functions[rotation["rotationLambdaArn"]]) in runs


def cluster(stack: Recording, nodes: int) -> None:
    """The cache's parameters make a cluster of it, services are given its configuration endpoint, and each of its
    nodes has an alarm on its CPU.
    """
    cache, group = one(stack, "elasticache.ReplicationGroup"), one(stack, "elasticache.ParameterGroup")
    assert cache["parameterGroupName"] in (group["name"], group.id)
    assert {"name": "cluster-enabled", "value": "yes"} in group["parameters"]
    for each in first_containers(stack):
        given = {variable["name"]: variable["value"] for variable in each["environment"]}
        assert given["CACHE_HOST"] == cache.outputs["configurationEndpointAddress"]
    watched = {
        alarm["dimensions"]["CacheClusterId"]
        for alarm in of(stack, "cloudwatch.MetricAlarm")
        if alarm.inputs.get("namespace") == "AWS/ElastiCache" and alarm["metricName"] == "CPUUtilization"
    }
    assert len(watched) == nodes
    assert all(re.fullmatch(rf"{cache['replicationGroupId']}-\d{{4}}-\d{{3}}", each) for each in watched)


def files_mounted_from(stack: Recording, cidrs: Sequence[str]) -> None:
    """A mount target in each of these subnets and in no other, with a group that admits NFS from the services only."""
    targets = of(stack, "efs.MountTarget")
    assert sorted(each["subnetId"] for each in targets) == sorted(str(subnet(stack, cidr).id) for cidr in cidrs)
    own = only({group for each in targets for group in each["securityGroups"]})
    inward = [(rule.protocol, rule.ports, rule.peer) for rule in rules_of(stack, own) if not rule.egress]
    assert inward == [("tcp", (2049, 2049), peers(stack)["app"])]


def files_backed_up_daily(stack: Recording) -> None:
    """A rule of a plan makes a backup a day of each file system."""
    files = [arn(each) for each in of(stack, "efs.FileSystem")]
    assert files
    plan, selected = one(stack, "backup.Plan"), of(stack, "backup.Selection")
    daily = [rule for rule in plan["rules"] if re.fullmatch(r"cron\(\d+ \d+ \* \* \? \*\)", rule["schedule"])]
    assert daily
    assert any({*files} <= {*each["resources"]} and each["planId"] == plan.id for each in selected)


def own_key(stack: Recording, plain: str) -> None:
    """A key of the stack encrypts each store and each bucket. S3's own is for the one called so, which the balancer
    writes to (N10), and for the files that CloudFront shows to everybody (N12).
    """
    keys = {arn(each) for each in of(stack, "kms.Key")}
    for each in of(stack, "rds.Instance"):  # a replica of the same region has its source's key, and takes no other
        here = each.inputs.get("replicateSourceDb", "arn:").startswith("arn:")
        assert (each["kmsKeyId"] in keys) if here else each["storageEncrypted"]
    for class_ in ("elasticache.ReplicationGroup", "efs.FileSystem", "secretsmanager.Secret"):
        assert all(each["kmsKeyId"] in keys for each in of(stack, class_)), class_
    found: set[str] = set()
    for each in of(stack, "s3.BucketServerSideEncryptionConfiguration"):
        default = each["rules"][0]["applyServerSideEncryptionByDefault"]
        if default["sseAlgorithm"] == "AES256":
            found.add(each.name)
        else:
            assert (default["sseAlgorithm"], default["kmsMasterKeyId"] in keys) == ("aws:kms", True)
    shown = {origin["domainName"] for each in of(stack, "cloudfront.Distribution") for origin in each["origins"]}
    buckets = of(stack, "s3.Bucket")
    public = {each.name for each in buckets if each.outputs["bucketRegionalDomainName"] in shown}
    assert found == {f"bucket-{plain}-encryption"} | {name.replace("-bucket", "-encryption") for name in public}


def given_as_secrets(stack: Recording, names: Sequence[str]) -> None:
    """Every task's first container is given these from secrets of the stack, and none of them as a plain variable."""
    secrets = {arn(each) for each in of(stack, "secretsmanager.Secret")}
    tasks = of(stack, "ecs.TaskDefinition")
    assert tasks
    for task in tasks:
        first = json.loads(task["containerDefinitions"])[0]
        given = {each["name"]: each["valueFrom"] for each in first["secrets"]}
        assert {*names} <= given.keys()
        assert all(given[name] in secrets for name in names)
        assert not {*names} & {each["name"] for each in first["environment"]}


def no_secret_in_environment(stack: Recording) -> None:
    """No variable of a container that everybody may read looks like a secret."""
    for each in containers(stack):
        for variable in each.get("environment", []):
            assert not re.search("PASSWORD|TOKEN|SECRET|DATABASE_URL|REDIS_URL", variable["name"])
            assert not re.search(r"://[^/@]+:[^/@]+@", variable["value"])


def password_is_secret(stack: Recording) -> None:
    """The database's password is generated, and marked secret wherever it stands."""
    database = primary(stack)
    assert "password" in database.secrets
    assert len(database["password"]) >= 30
    assert "password" not in json.dumps({key: value for key, value in stack.config.items() if "database" in key})


def volumes_are_encrypted(stack: Recording, owner: str) -> None:
    """Each machine's disk, with the stack's key; and one stack says so for whatever else the account has there."""
    hosts, keys = of(stack, "ec2.Instance"), [arn(each) for each in of(stack, "kms.Key")]
    assert hosts
    for each in hosts:
        assert each["rootBlockDevice"]["encrypted"] is True
        assert each["rootBlockDevice"]["kmsKeyId"] in keys
        assert not each.inputs.get("ebsBlockDevices")
    assert one(recorded(owner, True), "ebs.EncryptionByDefault")["enabled"] is True
    none_of(stack, "ebs.EncryptionByDefault")


def secret_in(stack: Recording, name: str) -> None:
    """A secret with a name, encrypted by the stack's key."""
    assert at(stack, "secretsmanager.Secret", name=name)["kmsKeyId"] == arn(only(of(stack, "kms.Key")))
