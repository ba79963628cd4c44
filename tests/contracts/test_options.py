"""Options that change what the engine does: each where somebody has a reason, and nowhere else."""

from tests.contracts.recordings import each_environment, each_run, each_stack
from tests.stack_files import config
from tests.stacks import recorded

#: Which resource ignores what, and who owns the field.
IGNORED = {
    "network-default-acl": (("subnetIds",), "every subnet starts in the default ACL before its own takes it: AWS"),
    "cache-store": (("engineVersion",), "automatic minor upgrades: AWS"),
    "service-fastapi-service": (("desiredCount", "taskDefinition"), "auto scaling; the pipeline that deploys"),
    "secrets-external-api-keys": (("secretString", "versionStages"), "`value: later`: whoever writes it"),
    "secrets-slack-webhook": (("secretString", "versionStages"), "`value: later`: whoever writes it"),
}
#: In prod a function renews the database's password every month.
ROTATED = {
    "database-instance": (("password",), "the function that renews it"),
    "database-credentials": (("secretString", "versionStages"), "the function that renews it"),
}
TARGET = "aws:lb/targetGroup:TargetGroup"
COPIES = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
#: What stays when the program lets go of it: the group of the old major version, which an instance has until its
#: window, the options that a final snapshot was made with, and copies of the backups of a database that may be lost.
RETAINED = {
    "aws:rds/parameterGroup:ParameterGroup": lambda database: not database.get("applyImmediately"),
    "aws:rds/optionGroup:OptionGroup": lambda database: not database.get("skipFinalSnapshot"),
    COPIES: lambda database: "replicateSourceDb" in database,
}
#: AWS refuses the new one while the old one is there: the same rule twice, a number or a zone that is taken.
ONE_AT_A_TIME = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:ec2/networkAclRule:NetworkAclRule",
    "aws:efs/mountTarget:MountTarget",
}
#: Numbered before 1.0.0. AWS refuses a second one of a zone or subnet, so that the engine must know the old name.
ALIASED = {
    "aws:efs/mountTarget:MountTarget",
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation",
    "aws:ec2clientvpn/route:Route",
}


@each_environment
@each_run
def test_changes_are_ignored_exactly_where_somebody_else_owns_the_field(stack, known):
    """A table of who; anything more would hide a change, anything less would undo one."""
    ignoring = {
        each.name: each.options.ignore_changes
        for each in recorded(stack, known).resources.values()
        if each.options.ignore_changes
    }
    wanted = IGNORED | (ROTATED if stack == "prod" else {})
    assert ignoring == {name: fields for name, (fields, _) in wanted.items()}


def test_the_shared_stack_ignores_nothing():
    """Nobody else works on what it owns."""
    assert [each.urn for each in recorded("shared", False).resources.values() if each.options.ignore_changes] == []


@each_stack
def test_deletion_comes_first_exactly_where_aws_wants_it(stack):
    """Everywhere else the new one is there before the old one goes."""
    resources = recorded(stack, False).resources.values()
    first = {each.urn for each in resources if each.options.delete_before_replace}
    exact = config(stack).get("cloudplatform:names", {}).get("exact", {})
    fixed = {name for kind in exact for name in exact[kind].values()}  # the new one has the same name
    alone = {each.urn for each in resources if each.type in ONE_AT_A_TIME}
    assert first == alone | {each.urn for each in resources if each.type == TARGET and each["name"] in fixed}


@each_stack
def test_no_other_option_is_used(stack):
    """Nothing is imported or given time, and only what was renamed is aliased.

    What is retained: what AWS still needs when the program does not.
    """
    recording = recorded(stack, False)
    databases = recording.of("aws:rds/instance:Instance")
    for each in recording.resources.values():
        needed = RETAINED.get(each.type)
        retained = needed is not None and any(needed(database.inputs) for database in databases)
        options = each.options
        assert options.replace_on_changes == (), each.urn
        # The SDK itself aliases the types that the provider once renamed.
        aliases = [alias for alias in options.aliases if alias.get("spec", {}).keys() != {"type", "parentUrn"}]
        assert len(aliases) == (each.type in ALIASED), each.urn
        assert options.custom_timeouts == {}, each.urn
        assert (options.retain_on_delete, options.deleted_with, options.import_id) == (retained, "", ""), each.urn


@each_stack
def test_permissions_are_attached_and_never_exclusive(stack):
    """A role's own lists would throw off what others attach (study, pitfall 21)."""
    recording = recorded(stack, False)
    roles = recording.of("aws:iam/role:Role")
    assert roles or stack == "web-platform/global"  # nothing acts there
    assert [each.urn for each in roles if each.inputs.keys() & {"managedPolicyArns", "inlinePolicies"}] == []
    assert recording.of("aws:iam/policyAttachment:PolicyAttachment") == []


#: What an account or a region has once: a second stack would fight for it, and destroying one would end it for all.
SINGLE = {
    "aws:cfg/recorder:Recorder",
    "aws:ebs/defaultKmsKey:DefaultKmsKey",
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",
    "aws:ecs/accountSettingDefault:AccountSettingDefault",
    "aws:guardduty/detector:Detector",
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:inspector2/enabler:Enabler",
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    "aws:securityhub/account:Account",
}


@each_environment
def test_environments_own_nothing_that_an_account_has_once(stack):
    """The shared stack does, or the account's baseline."""
    assert {each.type for each in recorded(stack, False).resources.values()} & SINGLE == set()
