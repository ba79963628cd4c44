"""Machines keep their credentials to themselves, have no address of their own, and run what AWS still patches."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.accounts import governs
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, items
from guard.model.logic import Answer, every, some
from guard.model.rule import Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "compute-hardening"
TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
DEFAULTS: Final = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"

# Where each type says how its machines' metadata service answers.
METADATA: Final = {
    "aws:ec2/instance:Instance": "metadataOptions.",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "metadataOptions.",
    TEMPLATE: "metadataOptions.",
    "aws:ec2/launchConfiguration:LaunchConfiguration": "metadataOptions.",
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": "instanceMetadataOptions.",
    DEFAULTS: "",
}
_TEMPLATED: Final = ("aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest")
_NO_ENDPOINT: Final = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"


def _answers(machine: Resource) -> Answer:
    """Return whether a machine has a metadata service at all."""
    if machine.type == _NO_ENDPOINT:
        return True
    endpoint = machine[f"{METADATA[machine.type]}httpEndpoint"]
    return UNKNOWN if endpoint is UNKNOWN else str(endpoint).lower() != "disabled"


def _from_template(machine: Resource) -> bool:
    return machine.type in _TEMPLATED and machine["launchTemplate"] is not ABSENT


def _by_default(machine: Resource, stack: Stack) -> Answer:
    """Return whether the account demands tokens of machines that say nothing, in the machine's region."""
    return some(every((governs(one, machine), _requires(one["httpTokens"]))) for one in stack.of(DEFAULTS))


def _requires(tokens: object) -> Answer:
    return UNKNOWN if tokens is UNKNOWN else tokens == "required"


@rule(
    "metadata-tokens",
    family=FAMILY,
    on=METADATA,
    severity=Severity.HIGH,
    controls=("FSBP EC2.8", "FSBP EC2.170", "FSBP AutoScaling.3", "CIS 5.0 5.7"),
    why="Without session tokens (IMDSv2) any request that a program can be tricked into making fetches the "
    "credentials of its machine.",
    fix="Set metadata_options={'http_tokens': 'required'}, or http_tokens='required' for the whole region in "
    "aws.ec2.InstanceMetadataDefaults.",
)
def metadata_tokens(machine: Resource, stack: Stack) -> Iterator[Finding]:
    at = f"{METADATA[machine.type]}httpTokens"
    tokens = machine.known(at) if _from_template(machine) else machine[at]
    match _demanded(machine, tokens, stack):
        case True:
            pass
        case False if _answers(machine) is True:
            yield machine.finding("gives its credentials to requests without a token", at=at)
        case answer if _answers(machine) is not False:
            yield machine.undecided(at if answer is UNKNOWN else at.replace("Tokens", "Endpoint"))
        case _:
            pass


def _demanded(machine: Resource, tokens: object, stack: Stack) -> Answer:
    if tokens is UNKNOWN:
        return UNKNOWN
    if tokens not in (ABSENT, "", "no-preference"):
        return tokens == "required"
    if machine.type == DEFAULTS:
        return True  # it leaves tokens to each machine, and each is asked
    if _from_template(machine):
        return (
            True if stack.targets(machine, "launchTemplate", "aws:ec2/launchTemplate:LaunchTemplate").sure else UNKNOWN
        )
    return _by_default(machine, stack)


@rule(
    "metadata-hops",
    family=FAMILY,
    on=METADATA,
    severity=Severity.MEDIUM,
    controls=("FSBP AutoScaling.4",),
    why="Each hop beyond the first lets one more layer reach the machine's credentials: its containers, or whoever it "
    "routes for.",
    fix="Set http_put_response_hop_limit=1; give containers credentials of their own (task roles, IRSA, Pod Identity).",
)
def metadata_hops(machine: Resource) -> Iterator[Finding]:
    at = f"{METADATA[machine.type]}httpPutResponseHopLimit"
    hops, answers = machine[at], _answers(machine)
    if answers is False or hops is ABSENT or (hops is not UNKNOWN and not _more_than_one(hops)):
        return
    if hops is UNKNOWN or answers is UNKNOWN:
        yield machine.undecided(at)
    else:
        yield machine.finding(f"lets its metadata travel {hops} hops", at=at)


def _more_than_one(hops: object) -> bool:
    return str(hops).isdecimal() and int(str(hops)) > 1


@rule(
    "node-remote-access",
    family=FAMILY,
    on="aws:eks/nodeGroup:NodeGroup",
    severity=Severity.HIGH,
    why="With a key and no source groups, EKS opens port 22 of every node to the internet.",
    fix="Name the groups that may log in in remote_access['source_security_group_ids'], or drop remote_access and use "
    "Session Manager.",
)
def node_remote_access(nodes: Resource) -> Iterator[Finding]:
    at = "remoteAccess.sourceSecurityGroupIds"
    if nodes["remoteAccess.ec2SshKey"] in (ABSENT, ""):
        return
    sources = nodes[at]
    if isinstance(sources, Missing) and sources is UNKNOWN:
        yield nodes.undecided(at)
    elif not items(sources):
        yield nodes.finding("opens SSH to the internet", at=at)


# Ended by November 2026, by cfn-lint's table of Lambda runtimes and the three that it lacks: AWS patches nothing in
# them any more.
ENDED: Final = (
    "dotnet5.0", "dotnet6", "dotnet7", "dotnet8", "dotnet9", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1",
    "dotnetcore3.1", "go1.x", "java8", "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10",
    "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x", "provided", "provided.al2",
    "python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10", "ruby2.5", "ruby2.7", "ruby3.2",
)  # fmt: skip

register(
    FAMILY,
    Switch(
        "machine-public-address",
        {
            "aws:ec2/instance:Instance": "associatePublicIpAddress",
            "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "associatePublicIpAddress",
            "aws:ec2/launchConfiguration:LaunchConfiguration": "associatePublicIpAddress",
            TEMPLATE: "networkInterfaces.associatePublicIpAddress",
            "aws:ec2/spotFleetRequest:SpotFleetRequest": "launchSpecifications.associatePublicIpAddress",
            "aws:drs/replicationConfigurationTemplate:ReplicationConfigurationTemplate": "createPublicIp",
        },
        bad=("true", "1"),
        text="has a public address of its own",
        fix="Drop associate_public_ip_address; let requests come through a load balancer, and people through Session "
        "Manager or an EC2 Instance Connect endpoint.",
        why="One wrong rule in one group, and a machine with a public address is open to everybody.",
        controls=("FSBP EC2.9", "FSBP EC2.25", "FSBP AutoScaling.5"),
        severity=Severity.HIGH,
    ),
    Switch(
        "function-runtime",
        {"aws:lambda/function:Function": "runtime"},
        bad=ENDED,
        text="runs on a runtime that AWS no longer patches",
        fix="Move to a runtime that is kept up, python3.13 or nodejs22.x for example.",
        why="Flaws found in the runtime's language and libraries since its end stay open in every function on it.",
        controls=("FSBP Lambda.2",),
        severity=Severity.MEDIUM,
    ),
    Switch(
        "notebook-root",
        {"aws:sagemaker/notebookInstance:NotebookInstance": "rootAccess"},
        good=("disabled",),
        unset="enabled",
        text="makes its users root",
        fix="Set root_access='Disabled'.",
        why="A notebook runs whatever its users paste into it; as root that changes the machine and what the next user "
        "trusts.",
        controls=("FSBP SageMaker.3",),
        severity=Severity.MEDIUM,
    ),
    Switch(
        "notebook-metadata",
        {
            "aws:sagemaker/notebookInstance:NotebookInstance": "instanceMetadataServiceConfiguration"
            ".minimumInstanceMetadataServiceVersion"
        },
        bad=("1",),
        text="gives its credentials to requests without a token",
        fix="Set instance_metadata_service_configuration={'minimum_instance_metadata_service_version': '2'}.",
        why="Without session tokens any request that a program can be tricked into making fetches the machine's "
        "credentials.",
        severity=Severity.MEDIUM,
    ),
    Switch(
        "public-copies-blocked",
        {
            "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": "state",
            "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": "state",
        },
        bad=("unblocked",),
        text="lets disks be shared with everybody",
        fix="Use state='block-all-sharing' for snapshots, 'block-new-sharing' for images.",
        why="A snapshot or an image shared with everybody is a copy of a machine's disk for everybody.",
        severity=Severity.HIGH,
    ),
)
