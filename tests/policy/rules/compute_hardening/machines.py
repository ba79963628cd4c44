"""Rows of the family compute-hardening."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, r, three, unknown

MACHINE = "ec2/instance:Instance"
SPOT = "ec2/spotInstanceRequest:SpotInstanceRequest"
MOULD = "ec2/launchTemplate:LaunchTemplate"
OLD_MOULD = "ec2/launchConfiguration:LaunchConfiguration"
BUILDER = "imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
REGION = "ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
NODES = "eks/nodeGroup:NodeGroup"
NOTEBOOK = "sagemaker/notebookInstance:NotebookInstance"

TOKENS = {"metadataOptions": {"httpTokens": "required"}}
NO_TOKENS = {"metadataOptions": {"httpTokens": "optional"}}
METADATA_VERSION = "instanceMetadataServiceConfiguration"

ROWS = [
    *[
        row
        for token in (MACHINE, SPOT, MOULD, OLD_MOULD)
        for row in three("metadata-tokens", token, TOKENS, NO_TOKENS, "metadataOptions.httpTokens")
    ],
    *three(
        "metadata-tokens",
        BUILDER,
        {"instanceMetadataOptions": {"httpTokens": "required"}},
        {"instanceMetadataOptions": {"httpTokens": "optional"}},
        instanceProfileName="crew",
    ),
    *three("metadata-tokens", REGION, {"httpTokens": "required"}, {"httpTokens": "optional"}, "httpTokens"),
    Row("metadata-tokens", "ok", "a region that leaves it open", (r(REGION, httpPutResponseHopLimit=1),)),
    Row("metadata-tokens", "breach", "unset", (r(MACHINE, instanceType="t4g.small"),)),
    Row("metadata-tokens", "breach", "a template that says nothing", (r(MOULD, instanceType="t4g.small"),)),
    Row("metadata-tokens", "ok", "no metadata", (r(MACHINE, metadataOptions={"httpEndpoint": "disabled"}),)),
    Row(
        "metadata-tokens",
        "undecided",
        "perhaps no metadata",
        (OTHER, r(MACHINE, metadataOptions={"httpTokens": "optional"}, refs=unknown("metadataOptions.httpEndpoint"))),
    ),
    Row("metadata-tokens", "undecided", "unknown options", (OTHER, r(MACHINE, refs=unknown("metadataOptions")))),
    Row("metadata-tokens", "ok", "the region asks for them", (r(REGION, "all", httpTokens="required"), r(MACHINE))),
    Row(
        "metadata-tokens",
        "breach",
        "another region asks for them",
        (r(REGION, "all", httpTokens="required", region="us-west-2"), r(MACHINE, region="us-east-1")),
    ),
    Row(
        "metadata-tokens",
        "breach",
        "the region asks, the machine refuses",
        (r(REGION, "all", httpTokens="required"), r(MACHINE, **NO_TOKENS)),
    ),
    Row(
        "metadata-tokens",
        "ok",
        "by its template",
        (r(MOULD, "mould", **TOKENS), r(MACHINE, refs={"launchTemplate.id": "mould.id"})),
    ),
    Row(
        "metadata-tokens",
        "breach",
        "past its template",
        (r(MOULD, "mould", **TOKENS), r(MACHINE, **NO_TOKENS, refs={"launchTemplate.id": "mould.id"})),
    ),
    Row("metadata-tokens", "undecided", "a template elsewhere", (r(MACHINE, launchTemplate={"name": "shared"}),)),
    *[
        row
        for token in (MACHINE, SPOT, MOULD, OLD_MOULD)
        for row in three(
            "metadata-hops",
            token,
            {"metadataOptions": {"httpPutResponseHopLimit": 1}},
            {"metadataOptions": {"httpPutResponseHopLimit": 2}},
            "metadataOptions.httpPutResponseHopLimit",
        )
    ],
    *three("metadata-hops", REGION, {"httpPutResponseHopLimit": 1}, {"httpPutResponseHopLimit": 64}),
    Row("metadata-hops", "ok", "unset is one", (r(MOULD, **TOKENS),)),
    Row("metadata-hops", "ok", "left to the image", (r(REGION, httpPutResponseHopLimit=-1),)),
    Row(
        "metadata-hops",
        "ok",
        "no metadata",
        (r(MACHINE, metadataOptions={"httpEndpoint": "disabled", "httpPutResponseHopLimit": 3}),),
    ),
    *[
        row
        for token in (MACHINE, SPOT, OLD_MOULD)
        for row in three(
            "machine-public-address",
            token,
            {"associatePublicIpAddress": False},
            {"associatePublicIpAddress": True},
            "associatePublicIpAddress",
        )
    ],
    *three(
        "machine-public-address",
        MOULD,
        {"networkInterfaces": [{"associatePublicIpAddress": "false"}]},
        {"networkInterfaces": [{}, {"associatePublicIpAddress": "true"}]},
        "networkInterfaces[0].associatePublicIpAddress",
    ),
    *three(
        "machine-public-address",
        "ec2/spotFleetRequest:SpotFleetRequest",
        {"launchSpecifications": [{"instanceType": "t4g.small", "ami": "ami-1"}]},
        {"launchSpecifications": [{"instanceType": "t4g.small", "ami": "ami-1", "associatePublicIpAddress": True}]},
    ),
    Row("machine-public-address", "ok", "unset", (r(MACHINE),)),
    *three(
        "machine-public-address",
        "drs/replicationConfigurationTemplate:ReplicationConfigurationTemplate",
        {"createPublicIp": False},
        {"createPublicIp": True},
        "createPublicIp",
    ),
    *three(
        "function-runtime", "lambda/function:Function", {"runtime": "python3.13"}, {"runtime": "python3.8"}, "runtime"
    ),
    Row("function-runtime", "ok", "an image brings its own", (r("lambda/function:Function", packageType="Image"),)),
    Row("function-runtime", "ok", "one not heard of", (r("lambda/function:Function", runtime="python3.19"),)),
    *three(
        "node-remote-access",
        NODES,
        {"remoteAccess": {"ec2SshKey": "ops", "sourceSecurityGroupIds": ["sg-1"]}},
        {"remoteAccess": {"ec2SshKey": "ops"}},
    ),
    Row("node-remote-access", "ok", "no key", (r(NODES, remoteAccess={}),)),
    Row(
        "node-remote-access",
        "undecided",
        "unknown groups",
        (OTHER, r(NODES, remoteAccess={"ec2SshKey": "ops"}, refs=unknown("remoteAccess.sourceSecurityGroupIds"))),
    ),
    Row(
        "node-remote-access",
        "ok",
        "a group made beside it",
        (
            r("ec2/securityGroup:SecurityGroup", "ops"),
            r(NODES, remoteAccess={"ec2SshKey": "ops"}, refs={"remoteAccess.sourceSecurityGroupIds[0]": "ops.id"}),
        ),
    ),
    *three("notebook-root", NOTEBOOK, {"rootAccess": "Disabled"}, {"rootAccess": "Enabled"}, "rootAccess"),
    Row("notebook-root", "breach", "unset", (r(NOTEBOOK),)),
    *three(
        "notebook-metadata",
        NOTEBOOK,
        {METADATA_VERSION: {"minimumInstanceMetadataServiceVersion": "2"}},
        {METADATA_VERSION: {"minimumInstanceMetadataServiceVersion": "1"}},
        f"{METADATA_VERSION}.minimumInstanceMetadataServiceVersion",
    ),
    *three(
        "public-copies-blocked",
        "ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
        {"state": "block-all-sharing"},
        {"state": "unblocked"},
        "state",
    ),
    *three(
        "public-copies-blocked",
        "ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
        {"state": "block-new-sharing"},
        {"state": "unblocked"},
    ),
]
