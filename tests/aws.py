"""An emulated AWS with what a stack's acceptance looks at, called as the recording calls it."""

import contextlib
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import boto3
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from moto import mock_aws

from preview.recording import RecordedResource, Recording
from tests import constraints
from tests.quick_moto import DESCRIPTIONS, quicken
from tests.requirements.reading import of, one, only
from tests.stacks import recorded

REGION = "us-east-1"
Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]


@contextlib.contextmanager
def emulated() -> Iterator[Any]:
    """A session with an AWS that has nothing in it."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        quicken(patch)
        stack.enter_context(mock_aws())
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            patch.setenv(f"AWS_{name}", "test")
        yield boto3.Session(region_name=REGION)


#: What stands in for AWS in a session, by service and operation; the last one that was given.
ANSWERS: WeakKeyDictionary[Any, dict[tuple[str, str], Answer]] = WeakKeyDictionary()


def _hold(found: Mapping[str, Any], shape: Any) -> None:
    """An answer is as AWS describes it."""
    if shape is None and not found:  # nothing is answered
        return
    report = ParamValidator().validate(found, shape)
    wrong = report.generate_report() if report.has_errors() else "; ".join(constraints.broken(found, shape))
    if wrong:
        raise TypeError(wrong)  # no AssertionError: a test may wait for one


class _Response(io.BytesIO):
    """What botocore wants of an answer that was never sent."""

    status_code = 200


@cache
def _described(service: str) -> ServiceModel:
    return ServiceModel(DESCRIPTIONS.load_service_model(service, "service-2"), service_name=service)


def answer(session: Any, service: str, operation: str, given: Answer) -> None:
    """From now on an operation is answered by us: moto does not have it, or cannot say what the test wants.

    Request and answer are held to AWS's own description of them; a function is given the request's body or parameters.
    """
    described = _described(service)
    model = described.operation_model(operation)
    request, shape = model.input_shape, model.output_shape
    answers = ANSWERS.setdefault(session, {})
    again = (service, operation) in answers
    answers[service, operation] = given
    if again:
        return
    asked: dict[str, Any] = {}

    def note(params: Mapping[str, Any], **_: Any) -> None:
        asked.clear()
        asked.update(params)
        if wrong := [*constraints.broken(asked, request)]:
            raise TypeError("; ".join(wrong))

    def refuse(**_: Any) -> tuple[_Response, dict[str, Any]]:
        current = answers[service, operation]
        found = dict(current(asked) if callable(current) else current)
        _hold(found, shape)
        return _Response(), {**found, "ResponseMetadata": {"HTTPStatusCode": 200}}

    name = described.service_id.hyphenize()
    session.events.register_first(f"before-parameter-build.{name}.{operation}", note)
    session.events.register_first(f"before-call.{name}.{operation}", refuse)


class EmulatedStack:
    """A stack's network, stores, service and logs in an emulated AWS."""

    def __init__(self, session: Any, stack: str, found: Recording | None = None) -> None:
        self.session = session
        self.recording: Recording = found or recorded(stack, known=True)
        self.ids: dict[str, str] = {}  #: what moto calls what the recording calls so
        if of(self.recording, "ec2.Vpc"):
            self._network()
            self._database()
            self._service()

    def _network(self) -> None:
        ec2 = self.session.client("ec2")
        [vpc] = of(self.recording, "ec2.Vpc")
        self.ids[str(vpc.id)] = ec2.create_vpc(CidrBlock=vpc["cidrBlock"])["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=self.ids[str(vpc.id)], EnableDnsHostnames={"Value": True})
        for each in of(self.recording, "ec2.Subnet"):
            made = ec2.create_subnet(
                VpcId=self.ids[str(vpc.id)], CidrBlock=each["cidrBlock"], AvailabilityZone=each["availabilityZone"]
            )
            self.ids[str(each.id)] = made["Subnet"]["SubnetId"]
        for each in of(self.recording, "ec2.SecurityGroup"):
            made = ec2.create_security_group(
                GroupName=each["name"], Description="emulated", VpcId=self.ids[str(vpc.id)]
            )
            self.ids[str(each.id)] = made["GroupId"]

    def _ours(self, ids: list[str]) -> list[str]:
        return [self.ids[each] for each in ids]

    def _database(self) -> None:
        rds, kms = self.session.client("rds"), self.session.client("kms")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        instance, group = one(self.recording, "rds.Instance"), one(self.recording, "rds.SubnetGroup")
        parameters = one(self.recording, "rds.ParameterGroup")
        rds.create_db_subnet_group(
            DBSubnetGroupName=group["name"],
            DBSubnetGroupDescription="emulated",
            SubnetIds=self._ours(group["subnetIds"]),
        )
        rds.create_db_parameter_group(
            DBParameterGroupName=parameters["name"], DBParameterGroupFamily=parameters["family"], Description="emulated"
        )
        rds.create_db_instance(
            DBInstanceIdentifier=instance["identifier"],
            DBInstanceClass=instance["instanceClass"],
            Engine=instance["engine"],
            AllocatedStorage=instance["allocatedStorage"],
            DBName=instance["dbName"],
            MasterUsername=instance["username"],
            MasterUserPassword="only-in-this-test",
            DBSubnetGroupName=group["name"],
            DBParameterGroupName=parameters["name"],
            VpcSecurityGroupIds=self._ours(instance["vpcSecurityGroupIds"]),
            StorageEncrypted=True,
            KmsKeyId=key,
            PubliclyAccessible=False,
            BackupRetentionPeriod=instance["backupRetentionPeriod"],
            MultiAZ=instance["multiAz"],
        )

    def _service(self) -> None:
        ecs, logs = self.session.client("ecs"), self.session.client("logs")
        cluster, service = one(self.recording, "ecs.Cluster"), one(self.recording, "ecs.Service")
        definition = one(self.recording, "ecs.TaskDefinition")
        ecs.create_cluster(clusterName=cluster["name"])
        ecs.register_task_definition(
            family=definition["family"],
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu=definition["cpu"],
            memory=definition["memory"],
            containerDefinitions=[self.container() | {"memory": int(definition["memory"])}],  # moto wants it here
        )
        place = service["networkConfiguration"]
        ecs.create_service(
            cluster=cluster["name"],
            serviceName=service["name"],
            taskDefinition=definition["family"],
            desiredCount=service["desiredCount"],
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": self._ours(place["subnets"]),
                    "securityGroups": self._ours(place["securityGroups"]),
                }
            },
        )
        for each in of(self.recording, "cloudwatch.LogGroup"):
            logs.create_log_group(logGroupName=each["name"])

    def container(self) -> dict[str, Any]:
        """The service's container."""
        return only(json.loads(one(self.recording, "ecs.TaskDefinition")["containerDefinitions"]))

    def tasks(self, status: int = 0, says: str = "") -> None:
        """How every task that is run from now on ends, and what it says."""
        container, logs = self.container(), self.session.client("logs")
        options = container["logConfiguration"]["options"]

        def end(parsed: dict[str, Any], **_: Any) -> None:
            for task in parsed.get("tasks", []):
                for each in task["containers"]:
                    each["exitCode"] = status

        def begin(parsed: dict[str, Any], **_: Any) -> None:
            if not says or not parsed.get("tasks"):
                return
            name = parsed["tasks"][0]["taskArn"].rpartition("/")[2]
            place = {
                "logGroupName": options["awslogs-group"],
                "logStreamName": f"{options['awslogs-stream-prefix']}/{container['name']}/{name}",
            }
            logs.create_log_stream(**place)
            logs.put_log_events(**place, logEvents=[{"timestamp": now(), "message": says}])

        self.session.events.register("after-call.ecs.DescribeTasks", end)
        self.session.events.register("after-call.ecs.RunTask", begin)


def now() -> int:
    """Milliseconds, as CloudWatch Logs counts."""
    return int(time.time() * 1000)


def named(stack: Recording, class_: str, part: str) -> RecordedResource:
    """The resource of a class whose logical name holds a word."""
    return only(each for each in of(stack, class_) if part in each.name)
