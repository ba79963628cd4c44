"""What is done to each kind of subject. Each plan looks at what is, so that a repeated one has nothing left to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from functions.auto_remediate import network, tasks
from functions.auto_remediate.events import Instance, OpenBucket, OpenGroup, Subject, Task
from functions.common.aws import client, refused
from functions.common.budget import TimeBudget

PRIVATE = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to do, which fails or succeeds for itself."""

    summary: str  #: what it does, for people: they are told before it begins
    do: Callable[[], str | None]  #: gives what people must hear beyond that, such as why it was not done


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """How to respond in this account."""

    quarantine: str  #: name of the security group
    public_groups: list[str]  #: names of those that serve the web to the world
    budget: TimeBudget
    logger: Logger

    def plan(self, subject: Subject) -> list[Action]:
        """What is to be done: nothing where nothing has to be, or the subject is gone."""
        match subject:
            case Instance():
                return list(self._isolation(subject.id))
            case Task():
                return list(self._stop(subject))
            case OpenBucket():
                return list(_closing(subject.name))
            case OpenGroup():
                return list(self._revocation(subject.id))

    def _isolation(self, instance: str) -> Iterator[Action]:
        """Give every network interface one security group without a rule. The machine runs on, as evidence."""
        interfaces = network.interfaces(instance)
        groups = {
            vpc: network.quarantine(vpc, self.quarantine) for vpc in dict.fromkeys(each.vpc for each in interfaces)
        }
        for group in filter(None, groups.values()):
            if network.rules(group):
                yield Action(
                    summary=f"empties {group}, whose rules let {instance} talk", do=lambda g=group: network.empty(g)
                )
        for each in interfaces:
            if each.groups != [groups[each.vpc]]:
                yield Action(
                    summary=f"isolates {instance}: {each.id} gets only the group {self.quarantine}, "
                    f"before {', '.join(each.groups)}",
                    do=lambda i=each: network.isolate(i, self.quarantine, self.budget),
                )

    def _stop(self, task: Task) -> Iterator[Action]:
        found = tasks.running(task)
        if found:
            yield Action(
                summary=f"stops {task.arn}; its service starts another, "
                "and the function's log has what was known of it",
                do=lambda: tasks.stop(task, found, self.logger),
            )

    def _revocation(self, group: str) -> Iterator[Action]:
        """Revoke the rules that let the world in, but for the web's two ports at a load balancer."""
        name = network.name_of(group)
        if name is None:
            return
        web = name in self.public_groups
        rules = [rule for rule in network.rules(group) if network.open_(rule) and not (web and network.is_web(rule))]
        if rules:
            yield Action(
                summary=f"closes {group} ({name}): revokes {', '.join(map(network.describe, rules))}",
                do=lambda: network.revoke(group, rules),
            )


def _closing(bucket: str) -> Iterator[Action]:
    """Block public access whole: no policy and no ACL opens the bucket then, whatever they say."""
    try:
        found = client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        if refused(error, "NoSuchBucket"):
            return
        if not refused(error, "NoSuchPublicAccessBlockConfiguration"):
            raise
        found = {}
    if found != PRIVATE:
        yield Action(
            summary=f"makes the bucket {bucket} private again; its policy and ACL are as they were, without effect",
            do=lambda: _close(bucket),
        )


def _close(bucket: str) -> None:
    try:
        client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=PRIVATE)
    except ClientError as error:
        if not refused(error, "NoSuchBucket"):
            raise
