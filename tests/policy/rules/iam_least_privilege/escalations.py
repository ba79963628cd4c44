"""Rows of the family iam-least-privilege: newer ways to more power, boundaries, wide policies of AWS's own."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, r
from tests.policy.engine import Declared
from tests.policy.rules.iam_least_privilege.statements import ALL, attached, one, text

RULE = "iam-privilege-escalation"
EDGE = r("iam/policy:Policy", "edge", policy=text(ALL))


def bounded(*more: Declared) -> tuple[Declared, ...]:
    return (EDGE, r("iam/role:Role", "worker", refs={"permissionsBoundary": "edge.arn"}), *more)


ROWS = [
    *(
        Row(RULE, "breach", action, one(action))
        for action in (
            *("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "eks:CreateAccessEntry"),
            *(
                "sso:CreateAccountAssignment",
                "glue:UpdateJob",
                "codebuild:UpdateProject",
                "ec2:ModifyInstanceAttribute",
            ),
            *("states:UpdateStateMachine", "cloudformation:UpdateStack", "lakeformation:GrantPermissions"),
            *("ram:CreateResourceShare", "organizations:DetachPolicy", "organizations:LeaveOrganization"),
            "sso:DeleteInlinePolicyFromPermissionSet",
            *("sso:DeletePermissionsBoundaryFromPermissionSet", "cloudformation:ExecuteChangeSet", "batch:SubmitJob"),
            *(
                "glue:StartJobRun",
                "codedeploy:CreateDeployment",
                "ssm:UpdateDocument",
                "ec2:CreateLaunchTemplateVersion",
            ),
            *("sagemaker:StartSession", "bedrock-agentcore:InvokeCodeInterpreter", "aoss:CreateAccessPolicy"),
        )
    ),
    Row(RULE, "ok", "one job", one("glue:UpdateJob", "arn:aws:glue:eu-west-1:111122223333:job/orders")),
    Row("iam-permissions-anywhere", "breach", "a policy taken away", one("iam:DetachRolePolicy")),
    *(
        Row("iam-permissions-anywhere", "breach", action, one(action))
        for action in (
            "iam:RemoveUserFromGroup",
            "ecr:DeleteRepositoryPolicy",
        )
    ),
    Row("iam-permissions-anywhere", "breach", "of a newer action", one("lambda:PutResourcePolicy")),
    *(
        Row("iam-permissions-anywhere", "undecided", f"{action}: no table has it", one(action))
        for action in ("lambda:PutNothingKnown", "lambda:GetNothingKnown", "lambda:PutNothing*", "zz:PutThing")
    ),
    Row(
        "iam-permissions-anywhere",
        "undecided",
        "no table has it, on all of a kind",
        one("lambda:PutNothingKnown", "arn:aws:lambda:*:111122223333:function:*"),
    ),
    Row(
        "iam-permissions-anywhere",
        "ok",
        "no table has it, on one function",
        one("lambda:PutNothingKnown", "arn:aws:lambda:eu-west-1:111122223333:function:orders"),
    ),
    Row("iam-permissions-anywhere", "ok", "known, and harmless", one("lambda:GetAccountSettings")),
    Row("iam-service-wildcard", "breach", "a service that no table has", one("zz:*")),
    Row("iam-service-wildcard", "breach", "a newer service", one("s3files:*")),
    Row("iam-full-access", "ok", "a boundary", bounded()),
    Row(
        "iam-full-access",
        "undecided",
        "a boundary, and an attachment of nobody knows what",
        bounded(OTHER, r("iam/rolePolicyAttachment:RolePolicyAttachment", "by", refs={"policyArn": "other.value"})),
    ),
    Row(
        "iam-full-access",
        "ok",
        "a boundary of a permission set",
        (
            r("iam/policy:Policy", "edge", name="edge", policy=text(ALL)),
            r(
                "ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment",
                refs={"permissionsBoundary.customerManagedPolicyReference.name": "edge.name"},
            ),
        ),
    ),
    Row(
        "iam-full-access",
        "breach",
        "a boundary that is attached as well",
        bounded(
            r("iam/rolePolicyAttachment:RolePolicyAttachment", refs={"role": "worker.name", "policyArn": "edge.arn"})
        ),
    ),
    *(
        Row("iam-managed-full-access", "breach", name, attached(f"arn:aws:iam::aws:policy/{name}"))
        for name in ("CloudWatchFullAccessV2", "AmazonDynamoDBFullAccess_v2", "job-function/DataScientist")
    ),
    # Neighbours: other families' lists that grew.
    Row("store-public", "breach", "a profile of DMS, unset", (r("dms/instanceProfile:InstanceProfile"),)),
    Row(
        "store-public", "ok", "a profile of DMS", (r("dms/instanceProfile:InstanceProfile", publiclyAccessible=False),)
    ),
    Row("store-public", "breach", "a shard group", (r("rds/shardGroup:ShardGroup", publiclyAccessible=True),)),
    Row("store-public", "breach", "a mainframe", (r("m2/environment:Environment", publiclyAccessible=True),)),
    Row("function-runtime", "breach", "provided.al2", (r("lambda/function:Function", runtime="provided.al2"),)),
    Row(
        "policy-open",
        "breach",
        "a service of Lattice",
        (r("vpclattice/authPolicy:AuthPolicy", policy=text({**ALL, "Principal": "*"})),),
    ),
    Row(
        "policy-source",
        "ok",
        "EventBridge into a topic",
        (
            r(
                "sns/topicPolicy:TopicPolicy",
                policy=text({**ALL, "Action": "sns:Publish", "Principal": {"Service": "events.amazonaws.com"}}),
            ),
        ),
    ),
]
