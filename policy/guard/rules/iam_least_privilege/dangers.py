"""Dangerous actions are confined to resources that somebody named. What AWS cannot confine is no breach."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

from guard.aws import actions
from guard.aws.grants import IDENTITIES, report, unconditioned_among, unconfined_among
from guard.aws.policy_documents import covers
from guard.model.graph import Finding, Resource, Stack
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "iam-least-privilege"

PASS_ROLE: Final = frozenset({"iam:passrole"})
DECRYPT: Final = frozenset({"kms:decrypt", "kms:reencryptfrom"})

# The content of stores, read or replaced. AWS's access levels do not tell it from what is known of a store.
CONTENT: Final = frozenset(
    {
        *("s3:getobject", "s3:getobjectversion", "s3:putobject", "s3:deleteobject", "s3:deleteobjectversion"),
        *("secretsmanager:getsecretvalue", "secretsmanager:putsecretvalue"),
        *("ssm:getparameter", "ssm:getparameters", "ssm:getparametersbypath", "ssm:getparameterhistory"),
        *("dynamodb:getitem", "dynamodb:batchgetitem", "dynamodb:query", "dynamodb:scan", "dynamodb:partiqlselect"),
        *("dynamodb:putitem", "dynamodb:updateitem", "dynamodb:deleteitem", "dynamodb:batchwriteitem"),
        *("dynamodb:getrecords", "dynamodb:exporttabletopointintime", "kinesis:getrecords", "sqs:receivemessage"),
        *("rds-data:executestatement", "rds-data:batchexecutestatement", "ebs:getsnapshotblock"),
        *("rds:copydbsnapshot", "rds:copydbclustersnapshot"),
        # A login by IAM: who may connect to any store is somebody in each.
        *("dsql:dbconnect", "dsql:dbconnectadmin", "elasticache:connect", "memorydb:connect", "neptune-db:connect"),
        *("redshift:getclustercredentialswithiam", "redshift-serverless:getcredentials"),
        *("neptune-db:readdataviaquery", "neptune-db:writedataviaquery", "neptune-db:deletedataviaquery"),
        *("neptune-graph:readdataviaquery", "neptune-graph:writedataviaquery", "neptune-graph:deletedataviaquery"),
        *("es:eshttpget", "es:eshttppost", "es:eshttpput", "es:eshttppatch", "es:eshttpdelete"),
        *("kafka-cluster:readdata", "kafka-cluster:writedata", "cassandra:select", "cassandra:modify"),
        *(
            "dax:getitem",
            "dax:batchgetitem",
            "dax:query",
            "dax:scan",
            "dax:putitem",
            "dax:updateitem",
            "dax:deleteitem",
        ),
        *("s3express:createsession", "s3tables:gettabledata", "s3tables:puttabledata", "timestream:select"),
        *("s3vectors:getvectors", "s3vectors:queryvectors", "s3vectors:putvectors", "s3vectors:deletevectors"),
    }
)

# Known dangers that are none by themselves: they need iam:PassRole, which has its own rule, or a token that only the
# caller's own provider issues; or they run code as its author meant it.
_HARMLESS_ALONE: Final = (
    *("iam:passrole", "cloudformation:createstack", "codestar:*", "datapipeline:*", "ec2:runinstances"),
    *("glue:createdevendpoint", "glue:getdevendpoint", "lambda:createfunction", "lambda:createeventsourcemapping"),
    *("lambda:invokefunction", "rds:addroletodbinstance", "sagemaker:createnotebookinstance"),
    *("sts:assumerolewith*", "sts:getfederationtoken", "cognito-*", "connect:*", "gamelift:*", "mediapackage:*"),
)
# Ways into a machine, and so to its role, that the published lists lack.
_SHELLS: Final = frozenset({"ssm:sendcommand", "ssm:startsession", "ecs:executecommand"})
# Ways to be rid of one's own limits.
_LIMITS: Final = frozenset(
    {
        *("iam:deleterolepermissionsboundary", "iam:deleteuserpermissionsboundary"),
        *("sso:deletepermissionsboundaryfrompermissionset", "sso:putpermissionsboundarytopermissionset"),
        *("sso:deleteinlinepolicyfrompermissionset", "sso:detachmanagedpolicyfrompermissionset"),
        "sso:detachcustomermanagedpolicyreferencefrompermissionset",
        *("organizations:detachpolicy", "organizations:deletepolicy", "organizations:disablepolicytype"),
        "organizations:moveaccount",
    }
)
# Ways to give permissions to oneself that go around IAM's own policies.
_ASSIGNMENTS: Final = frozenset(
    {
        *("eks:createaccessentry", "eks:updateaccessentry", "eks:associateaccesspolicy"),
        *("sso:createaccountassignment", "sso:attachmanagedpolicytopermissionset"),
        *("sso:attachcustomermanagedpolicyreferencetopermissionset", "sso:putinlinepolicytopermissionset"),
        *("identitystore:creategroupmembership", "ram:associateresourceshare", "ds:resetuserpassword"),
    }
)
# Ways to run code with the role that something has already: no role is passed.
_TAKEOVERS: Final = frozenset(
    {
        *("glue:updatejob", "codebuild:updateproject", "codebuild:startbuild", "codebuild:startbuildbatch"),
        *("ec2:modifyinstanceattribute", "states:updatestatemachine", "cloudformation:updatestack"),
        *("cloudformation:createchangeset", "cloudformation:updatestackset", "codepipeline:updatepipeline"),
        *("elasticmapreduce:addjobflowsteps", "ssm:createassociation", "ssm:startautomationexecution"),
        *("apprunner:updateservice", "pipes:updatepipe", "sagemaker:createpresigneddomainurl"),
        *("cloudformation:executechangeset", "cloudformation:createstackinstances", "codedeploy:createdeployment"),
        *("batch:submitjob", "glue:startjobrun", "glue:runstatement", "ssm:updateassociation", "ssm:updatedocument"),
        *("ec2:createlaunchtemplateversion", "sagemaker:updatenotebookinstancelifecycleconfig", "amplify:updateapp"),
        *("sagemaker:startsession", "cloud9:createenvironmentmembership", "bedrock-agentcore:invokecodeinterpreter"),
        "elasticmapreduce:getclustersessioncredentials",
    }
)
# Of these AWS can confine none to a resource, so a condition must, or they are an administrator's.
_UNCONFINABLE: Final = frozenset(
    {
        *("lakeformation:grantpermissions", "lakeformation:batchgrantpermissions", "lakeformation:putdatalakesettings"),
        *("ram:createresourceshare", "rolesanywhere:createtrustanchor", "organizations:leaveorganization"),
        *("aoss:createaccesspolicy", "aoss:updateaccesspolicy"),
    }
)


@cache
def escalations() -> frozenset[str]:
    """Return the actions by which an identity makes itself, or becomes, a more powerful one."""
    more = _SHELLS | _LIMITS | _ASSIGNMENTS | _TAKEOVERS
    return more | {action for action in actions.known_dangers() if not covers(_HARMLESS_ALONE, action)}


def _among(names: frozenset[str]) -> Callable[[str], Iterable[str]]:
    return lambda pattern: _held(pattern, names)


@cache
def _held(pattern: str, names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in sorted(names) if covers(pattern, name))


@rule(
    "iam-pass-role",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.HIGH,
    why="Who may pass any role to a service runs code as the most powerful role of the account.",
    fix="Name the roles in Resource, or add the condition {'StringEquals': {'iam:PassedToService': '…'}}; best both.",
)
def iam_pass_role(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "may pass every role to every service: `{}`", unconfined_among(_among(PASS_ROLE)))


@rule(
    "iam-privilege-escalation",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.CRITICAL,
    why="By this action an identity writes its own permissions, or takes the credentials of a more powerful one.",
    fix="Name in Resource the roles, users, functions or machines that it is for, or condition it on their tags.",
)
def iam_privilege_escalation(resource: Resource, stack: Stack) -> Iterator[Finding]:
    text = "can raise its own privileges: `{}` on every resource"
    yield from report(resource, stack, text, unconfined_among(_among(escalations())))
    yield from report(resource, stack, text, unconditioned_among(_among(_UNCONFINABLE)))


# Creating these opens nothing; taking permissions away is another matter than giving them.
_OPENS_NOTHING: Final = (
    *("iam:createservicelinkedrole", "iam:createvirtualmfadevice", "iam:createaccountalias", "sns:createtopic"),
    *("sqs:createqueue", "*:delete*", "*:remove*", "*:revoke*", "*:retire*", "*:detach*", "*:reject*", "*:describe*"),
    *("*:get*", "*:list*", "*:test*", "*:validate*", "*:search*", "*:refresh*"),
)


# But a policy that is taken away may have held a Deny.
_OPENS: Final = ("*:delete*policy*", "*:detach*policy*", "iam:removeuserfromgroup")


@cache
def _permissions(pattern: str) -> tuple[str, ...]:
    """Return those that change permissions; what no table has may do so."""
    elsewhere = PASS_ROLE | escalations()
    if actions.unknown(pattern):
        return () if covers(elsewhere, pattern) else (pattern,)
    return _at(actions.PERMISSIONS, pattern, elsewhere, _OPENS_NOTHING)


def _at(level: str, pattern: str, elsewhere: frozenset[str], harmless: tuple[str, ...]) -> tuple[str, ...]:
    """Return the actions of a level that a pattern holds, but for those of other rules and the harmless ones."""
    return tuple(
        action
        for action in actions.matching(pattern)
        if level in actions.level(action)
        and action not in elsewhere
        and (not covers(harmless, action) or covers(_OPENS, action))
    )


@rule(
    "iam-permissions-anywhere",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.MEDIUM,
    why="Who may change the permissions of every resource may open every resource, to others as well.",
    fix="Name in Resource the buckets, keys, queues … whose permissions it manages, or condition it on their tags.",
)
def iam_permissions_anywhere(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "may change permissions of every resource: `{}`", unconfined_among(_permissions))


@rule(
    "iam-data-anywhere",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.HIGH,
    why="One leaked credential reads, or overwrites, every bucket, table, queue or secret of the account.",
    fix="Name in Resource the stores that it works with, e.g. 'arn:aws:s3:::invoices/*'.",
)
def iam_data_anywhere(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "reaches the content of every store: `{}`", unconfined_among(_among(CONTENT)))


@rule(
    "iam-decrypt-anywhere",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.HIGH,
    controls=("FSBP KMS.1", "FSBP KMS.2"),
    why="Encryption separates nothing where one identity may decrypt with every key.",
    fix="Name the keys' ARNs in Resource, or condition it on kms:ViaService, kms:ResourceAliases or a tag of the key.",
)
def iam_decrypt_anywhere(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "may decrypt with every key: `{}`", unconfined_among(_among(DECRYPT)))


# What every task, function and machine does, and cannot do harm with; AWS's own policies have it on `*`.
_ROUTINE: Final = (
    *("logs:create*", "logs:put*", "ec2:*networkinterface*", "ec2:*privateipaddresses", "kms:encrypt"),
    *("kms:generatedatakey*", "kms:reencryptto", "ssm:updateinstance*", "cloudwatch:*", "xray:*"),
)


@cache
def _writes(pattern: str) -> tuple[str, ...]:
    return _at(actions.WRITE, pattern, CONTENT | DECRYPT | escalations(), _ROUTINE)


@rule(
    "iam-write-anywhere",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    why="A mistake, or a leak, changes all resources of the account where one was meant.",
    fix="Name in Resource what it changes: the action can be confined.",
)
def iam_write_anywhere(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "changes every resource: `{}`", unconfined_among(_writes))
