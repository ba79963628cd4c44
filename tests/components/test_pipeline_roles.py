"""The pipeline's own roles: what each word of the table lets them do, and that nothing else is there."""

import json

from components.security.pipeline_roles import PipelineRoles
from tests.components.examples import FACTS, KEY, built, counted, only
from tests.components.examples.security import delivered, pipeline_args

PROVIDER, ROLE, POLICY = (
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
)
#: What pushing an image takes, and pulling it.
PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def _built(changes=None, **given):
    return built(lambda: PipelineRoles("pipeline", pipeline_args(changes)).deliver(delivered(**given)))


def _may(recording, name):
    policy = next(each for each in recording.of(POLICY) if each.name == name)
    return {tuple(each["Action"]): each["Resource"] for each in json.loads(policy["policy"])["Statement"]}


def test_what_it_creates():
    """One role with one policy; who applies the stack is another with two, and with what the table attaches."""
    assert counted(_built({"infrastructure": None})) == {PROVIDER: 1, ROLE: 1, POLICY: 1}
    attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    assert counted(_built()) == {PROVIDER: 1, ROLE: 2, POLICY: 3, attachment: 1}


def test_a_provider_that_the_account_has():
    """None is made, and the trust is the same."""
    adopted = _built({"provider": "adopt"})
    assert PROVIDER not in counted(adopted)
    trust = {each.name: each["assumeRolePolicy"] for each in _built().of(ROLE)}
    assert {each.name: each["assumeRolePolicy"] for each in adopted.of(ROLE)} == trust


def test_who_may_take_the_roles():
    """Each repository from the branch and from the environment; the stack's own environment applies it."""
    recording = _built({"repositories": ["a/x", "a/y"], "branch": "trunk", "github": "live"})
    found = {}
    for each in recording.of(ROLE):
        [statement] = json.loads(each["assumeRolePolicy"])["Statement"]
        assert statement["Principal"] == {"Federated": FACTS.identity_provider("token.actions.githubusercontent.com")}
        condition = statement["Condition"]["StringEquals"]
        assert condition.pop("token.actions.githubusercontent.com:aud") == "sts.amazonaws.com"
        found[each.name] = condition
    places = ("ref:refs/heads/trunk", "environment:live")
    sub = "token.actions.githubusercontent.com:sub"
    assert found == {
        "pipeline-pipeline": {sub: [f"repo:a/{it}:{place}" for it in "xy" for place in places]},
        "pipeline-infrastructure": {sub: ["repo:a/x:environment:test", "repo:a/y:environment:test"]},
    }


def test_what_the_role_delivers():
    """Images, services with the roles of their tasks, files; each on what the table names."""
    assert _may(_built(), "pipeline-pipeline-delivery") == {
        ("ecr:GetAuthorizationToken",): ["*"],
        PUSH: [FACTS.repository("shop/api")],
        ("ecs:DescribeServices", "ecs:UpdateService"): [
            FACTS.service("acme-test-ecs-cluster", "acme-test-ecs-service-api")
        ],
        ("ecs:RegisterTaskDefinition",): [FACTS.task_family("acme-test-ecs-task-api")],
        ("ecs:DescribeTaskDefinition",): ["*"],
        ("iam:PassRole",): [
            FACTS.role("acme-test-role-api-ecs-task"),
            FACTS.role("acme-test-role-api-ecs-task-execution"),
        ],
        ("s3:ListBucket",): [FACTS.bucket("acme-test-site")],
        ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"): [f"{FACTS.bucket('acme-test-site')}/*"],
    }


def test_nothing_that_is_not_asked_for():
    """Images alone."""
    recording = _built({"infrastructure": None}, services=[], buckets=[])
    assert {action for actions in _may(recording, "pipeline-pipeline-delivery") for action in actions} == {
        "ecr:GetAuthorizationToken",
        *PUSH,
    }


def test_who_applies_the_stack():
    """The states, their lock and the key of both; what else it may do is in the policies that the table names."""
    recording = _built()
    assert _may(recording, "pipeline-infrastructure-states") == {
        ("s3:GetBucketLocation", "s3:ListBucket"): [FACTS.bucket("acme-test-state")],
        ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"): [f"{FACTS.bucket('acme-test-state')}/*"],
        ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"): [FACTS.table("acme-test-lock")],
    }
    assert _may(recording, "pipeline-infrastructure-key") == {("kms:Decrypt", "kms:GenerateDataKey"): [KEY]}
    attached = only(recording, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attached["policyArn"] == "arn:aws:iam::210987654321:policy/builds"
    role = next(each for each in recording.of(ROLE) if each.name == "pipeline-infrastructure")
    assert role["maxSessionDuration"] == 7200


def test_more_that_the_role_may_do():
    """With what AWS names."""

    def program():
        PipelineRoles("pipeline", pipeline_args()).permit("sites", ["cloudfront:CreateInvalidation"], ["arn:x"])

    assert _may(built(program), "pipeline-pipeline-sites") == {("cloudfront:CreateInvalidation",): ["arn:x"]}
