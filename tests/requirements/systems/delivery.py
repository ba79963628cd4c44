"""Buckets and who may touch them, images, and the roles that deliver."""

from collections.abc import Sequence
from typing import Any

from preview.recording import Recording
from tests.requirements.reading import arn, at, document, granted, of, one, only, permissions
from tests.requirements.systems.stores import lifecycle
from tests.requirements.systems.table import (
    ABSENT,
    AnyValue,
    ClassProof,
    Matches,
    Proof,
    Ref,
    StackProof,
    holds,
    one_of,
)

GITHUB = "token.actions.githubusercontent.com"
ROLES = "arn:aws:iam::{}:role/{}"
PULL = {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
PUSH = {"ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"}
LIFECYCLE = "s3.BucketLifecycleConfiguration"
SERVICES = ("repo1-api", "repo2-api", "repo2-consumer")
STARTER, STAGING, PROD = "starter", "staging", "prod"
#: By stack of afric-analyzer: what follows the names that an account has once.
SUFFIXES = {STARTER: "-starter", STAGING: "-staging", PROD: ""}
#: What GitHub calls them.
ENVIRONMENTS = {STARTER: STARTER, STAGING: STAGING, PROD: "production"}
SERVED = "cloudfront.Distribution"


def policy_of(stack: Recording, bucket: str) -> list[Any]:
    """The statements of a bucket's policy."""
    there = at(stack, "s3.Bucket", bucket=bucket)
    return document(
        only(each for each in of(stack, "s3.BucketPolicy") if each["bucket"] in (there.id, bucket))["policy"]
    )


def only_for(stack: Recording, bucket: str, roles: Sequence[str]) -> None:
    """Nobody else touches objects, AWS's own services apart; the bucket itself, its policy too, is closed to nobody."""
    refusals = [each for each in policy_of(stack, bucket) if not each.allows and "ArnNotLike" in each.condition]
    statement = only(refusals)
    assert (statement.actions, statement.resources) == (["s3:*"], [f"arn:aws:s3:::{bucket}/*"])
    assert statement.condition == {
        "ArnNotLike": {"aws:PrincipalArn": [*roles]},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }


def logs_requests(stack: Recording, bucket: str, target: str) -> None:
    """S3 logs each request to a bucket with another, whose policy lets it."""
    word = bucket.rpartition("-")[2]
    there, takes = at(stack, "s3.Bucket", bucket=bucket), at(stack, "s3.Bucket", bucket=target)
    log = only(each for each in of(stack, "s3.BucketLogging") if each["bucket"] in (there.id, bucket))
    assert (log["targetBucket"] in (takes.id, target), log["targetPrefix"]) == (True, f"access/{word}/")
    grants = [each for each in policy_of(stack, target) if each.allows and f"/access/{word}/" in each.resources[0]]
    statement = only(grants)
    assert (statement.actions, statement.resources) == (["s3:PutObject"], [f"arn:aws:s3:::{target}/access/{word}/*"])
    assert statement.condition["StringEquals"]["aws:SourceArn"] == f"arn:aws:s3:::{bucket}"
    rules = only(
        each for each in of(stack, "s3.BucketServerSideEncryptionConfiguration") if each["bucket"] in (takes.id, target)
    )
    assert rules["rules"][0]["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256"


def role_of(stack: Recording, name: str) -> list[Any]:
    """What a role may do."""
    return permissions(stack, at(stack, "iam.Role", name=name))


def trusts(stack: Recording, name: str, subjects: Sequence[str]) -> None:
    """Exactly these jobs of GitHub may take a role, by their tokens, and nobody else."""
    [statement] = document(at(stack, "iam.Role", name=name)["assumeRolePolicy"])
    assert statement.allows
    assert statement.actions == ["sts:AssumeRoleWithWebIdentity"]
    account = stack.config["cloudplatform:account"]
    assert statement.principals == [("Federated", f"arn:aws:iam::{account}:oidc-provider/{GITHUB}")]
    assert statement.condition == {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": [*subjects]}}
    assert not [each for each in subjects if "*" in each]


def delivers(
    stack: Recording, name: str, repositories: Sequence[str], services: Sequence[str], passed: Sequence[str]
) -> None:
    """A role pushes these images, updates these services with a new revision, and hands these roles to ECS."""
    found = {frozenset(each.actions): each for each in role_of(stack, name)}
    assert found[frozenset({"ecr:GetAuthorizationToken"})].resources == ["*"]
    assert found[frozenset(PULL | PUSH)].resources == [
        arn(at(stack, "ecr.Repository", name=each)) for each in repositories
    ]
    updates = found[frozenset({"ecs:DescribeServices", "ecs:UpdateService"})].resources
    cluster = one(stack, "ecs.Cluster")["name"]
    assert [each.rpartition(f":service/{cluster}/")[2] for each in updates] == [*services]
    families = [each["family"] for each in of(stack, "ecs.TaskDefinition")]
    registers = found[frozenset({"ecs:RegisterTaskDefinition"})].resources
    assert sorted(each.split(":task-definition/")[1] for each in registers) == sorted(f"{each}:*" for each in families)
    assert frozenset({"ecs:DescribeTaskDefinition"}) in found
    passing = found[frozenset({"iam:PassRole"})]
    assert passing.condition == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert sorted(passing.resources) == sorted(passed)


def uploads(stack: Recording, name: str, buckets: Sequence[str]) -> None:
    """A role lists these buckets and replaces what is in them; no other statement of it names S3."""
    found = {tuple(each.actions): each.resources for each in role_of(stack, name) if each.actions[0].startswith("s3:")}
    arns = [f"arn:aws:s3:::{each}" for each in buckets]
    objects = [f"{each}/*" for each in arns]
    assert found == {("s3:ListBucket",): arns, ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"): objects}


def invalidates(stack: Recording, name: str, buckets: Sequence[str]) -> None:
    """A role empties the caches of the distributions before these buckets, and of no other."""
    bucket_of = {arn(each): str(each["origins"][0]["domainName"]).partition(".")[0] for each in of(stack, SERVED)}
    found = only(each for each in role_of(stack, name) if "cloudfront:CreateInvalidation" in each.actions)
    assert found.actions == ["cloudfront:CreateInvalidation"]
    assert [bucket_of[each] for each in found.resources] == list(buckets)


def task_roles(stack: Recording) -> list[str]:
    """The roles of the tasks, and those that start them."""
    return [each[kind] for each in of(stack, "ecs.TaskDefinition") for kind in ("taskRoleArn", "executionRoleArn")]


def delivers_all(stack: Recording, name: str, repositories: Sequence[str], services: Sequence[str]) -> None:
    """A role delivers to all services of the stack, and hands on the roles of their tasks and no others."""
    delivers(stack, name, repositories, services, task_roles(stack))


def applies(stack: Recording, name: str, state: str, lock: str) -> None:
    """A role reads and writes the states and their lock; it is no administrator."""
    found = {
        each
        for statement in role_of(stack, name)
        for each in statement.actions
        if f"arn:aws:s3:::{state}/*" in statement.resources
    }
    assert found == {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}
    table = arn(at(stack, "dynamodb.Table", name=lock))
    items = only(each for each in role_of(stack, name) if each.resources == [table])
    assert items.actions == ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]


def repository_for(stack: Recording, name: str, pulls: Sequence[str], pushes: Sequence[str]) -> None:
    """These roles pull from a repository, these push to it; its policy lets nobody delete, nor do their own."""
    repository = at(stack, "ecr.Repository", name=name)
    policy = only(each for each in of(stack, "ecr.RepositoryPolicy") if each["repository"] == repository["name"])
    found = {tuple(each.principals): {*each.actions} for each in document(policy["policy"]) if each.allows}
    wanted = {
        tuple(("AWS", role) for role in roles): actions for roles, actions in ((pulls, PULL), (pushes, PULL | PUSH))
    }
    assert found == {roles: actions for roles, actions in wanted.items() if roles}
    for each in (*pulls, *pushes):
        own = {action for statement in role_of(stack, each.rpartition("/")[2]) for action in statement.actions}
        assert not own & {"ecr:BatchDeleteImage", "ecr:DeleteRepository"}


def rotates(stack: Recording, name: str, days: int) -> None:
    """The only function renews a secret, as Secrets Manager asks it to; it touches that secret alone, its own log, and
    the services that read it."""
    secret, function = at(stack, "secretsmanager.Secret", name=name), one(stack, "lambda_.Function")
    rotation = one(stack, "secretsmanager.SecretRotation")
    assert rotation["rotationRules"] == {"automaticallyAfterDays": days}
    assert (rotation["secretId"], rotation["rotationLambdaArn"]) == (arn(secret), arn(function))
    permission = at(stack, "lambda_.Permission", principal="secretsmanager.amazonaws.com")
    assert (permission["function"], permission["sourceArn"]) == (function["name"], arn(secret))
    role = only(each for each in of(stack, "iam.Role") if arn(each) == function["role"])
    may = granted(permissions(stack, role))
    assert {action: may[action] for action in may if action.startswith("secretsmanager:")} == {
        f"secretsmanager:{action}": {arn(secret)}
        for action in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    }
    assert {each.rpartition("/")[2] for each in may["ecs:UpdateService"]} == {"repo2-api"}
    others = {action.partition(":")[0] for action in may} - {"secretsmanager", "ecs"}
    assert others == {"kms", "logs", "sqs", "xray"} & others


def told(stack: Recording, name: str) -> None:
    """RDS and ElastiCache may publish to a topic, for this account alone; it has no key, under which both are silent;
    somebody reads it."""
    topic = at(stack, "sns.Topic", name=name)
    assert "kmsMasterKeyId" not in topic.inputs
    policy = only(each for each in of(stack, "sns.TopicPolicy") if each["arn"] == arn(topic))
    account = stack.config["cloudplatform:account"]
    found = {each.principals[0]: each.condition for each in document(policy["policy"]) if each.allows}
    assert found == {
        ("Service", "events.rds.amazonaws.com"): {"StringEquals": {"aws:SourceAccount": account}},
        ("AWS", "*"): {"StringEquals": {"aws:SourceOwner": account}},
    }
    readers = [each for each in of(stack, "sns.TopicSubscription") if each["topic"] == arn(topic)]
    assert [(each["protocol"], each["endpoint"]) for each in readers] == [("email", "ops@desh.co")]


def _ca(role: str) -> str:
    return ROLES.format("425687053209", role)


OF_BUCKETS = ("s3.Bucket", "s3.BucketPolicy")
OF_LOGS = ("s3.BucketLogging", "s3.BucketPolicy")
PIPELINE = "github-oidc-deployment-role"
PROVIDER = {"url": f"https://{GITHUB}", "clientIdLists": ["sts.amazonaws.com"]}
CLUB_APP: list[Proof] = [
    ClassProof("CA-STORE-12", "s3.BucketCorsConfiguration", {"corsRules.0.allowedOrigins": holds("https://assets.desh.co"), "corsRules.0.allowedMethods": holds("GET"), "corsRules.1": ABSENT, "bucket": Ref("s3.Bucket", {"bucket": "clubapp-dev-assets"})}, count=1),
    StackProof("CA-STORE-13", lifecycle, ("clubapp-dev-assets", (90, "GLACIER"), 2555), (LIFECYCLE,)),
    StackProof("CA-STORE-13", lifecycle, ("clubapp-dev-assets", (180, "DEEP_ARCHIVE"), 2555), (LIFECYCLE,)),
    StackProof("CA-STORE-14", logs_requests, ("clubapp-dev-assets", "clubapp-dev-logs"), OF_LOGS),
    StackProof("CA-STORE-22", logs_requests, ("clubapp-dev-tfstate", "clubapp-dev-logs"), OF_LOGS),
    StackProof("CA-STORE-15", only_for, ("clubapp-dev-receipts", (_ca("ecsTaskRole"), _ca("ops"))), OF_BUCKETS),
    StackProof("CA-STORE-20", only_for, ("clubapp-dev-tfstate", (_ca(PIPELINE), _ca("clubapp-dev-role-infrastructure"))), OF_BUCKETS),
    ClassProof("CA-IAM-12", "iam.OpenIdConnectProvider", PROVIDER, count=1),
    StackProof("CA-IAM-13", trusts, (PIPELINE, ["repo:your-org/club-app:ref:refs/heads/main"]), ("iam.Role",)),
    StackProof("CA-IAM-14", delivers, (PIPELINE, ["clubapp-backend"], ["clubapp-dev-svc"], [_ca("ecsTaskRole"), _ca("ecsTaskExecutionRole")]), ("iam.RolePolicy",)),
    StackProof("CA-IAM-15", applies, ("clubapp-dev-role-infrastructure", "clubapp-dev-tfstate", "clubapp-dev-tfstate-lock"), ("iam.RolePolicy",)),
    ClassProof("CA-CICD-03", "ecr.Repository", {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": [{"filter": "latest", "filterType": "WILDCARD"}]}, {"name": "clubapp-backend"}, 1),
    StackProof("CA-CICD-06", repository_for, ("clubapp-backend", [_ca("ecsTaskExecutionRole")], [_ca(PIPELINE)]), ("ecr.RepositoryPolicy",)),
]  # fmt: skip
STORE_EVENTS = "clubapp-dev-store-events"
EVENTS: list[Proof] = [
    ClassProof("CA-DB-24", "rds.EventSubscription", {"sourceType": "db-instance", "eventCategories": holds("backup"), "sourceIds": ["clubapp-dev-postgres"], "snsTopic": Ref("sns.Topic", {"name": STORE_EVENTS}, "arn"), "enabled": one_of(ABSENT, True)}, count=1),
    ClassProof("CA-CACHE-14", "elasticache.ReplicationGroup", {"notificationTopicArn": Ref("sns.Topic", {"name": STORE_EVENTS}, "arn")}, count=1),
    *(StackProof(id_, told, (STORE_EVENTS,), ("sns.Topic", "sns.TopicPolicy", "sns.TopicSubscription")) for id_ in ("CA-DB-24", "CA-CACHE-14")),
]  # fmt: skip
AFRIC_ANALYZER: list[Proof] = [
    ClassProof("AA-IAM-06", "iam.OpenIdConnectProvider", PROVIDER, count=1, stacks=(PROD,)),
    # An account has the provider once: these adopt that of prod.
    *(ClassProof("AA-IAM-06", "iam.Role", {"assumeRolePolicy": holds(f"oidc-provider/{GITHUB}")}, {"name": f"GitHubActionsRole-{each}"}, 1, (each,)) for each in (STARTER, STAGING)),
    *(
        row
        for stack, suffix in SUFFIXES.items()
        for row in (
            StackProof("AA-IAM-04", delivers_all, (f"GitHubActionsRole{suffix}", [f"repo1{suffix}", f"repo2{suffix}"], SERVICES), ("iam.RolePolicy",), (stack,)),
            StackProof("AA-IAM-07", trusts, (f"GitHubActionsRole{suffix}", ["repo:your-org/your-repo:ref:refs/heads/main", f"repo:your-org/your-repo:environment:{ENVIRONMENTS[stack]}"]), ("iam.Role",), (stack,)),
            StackProof("AA-SEC-06", rotates, (f"/siem/{stack}/jwt-secret", 90), ("secretsmanager.SecretRotation",), (stack,)),
            StackProof("AA-AUTO-01", rotates, (f"/siem/{stack}/jwt-secret", 90), ("lambda_.Function", "lambda_.Permission", "iam.RolePolicy"), (stack,)),
            StackProof("AA-IAM-11", delivers_all, (f"GitHubActionsRole{suffix}", [f"repo1{suffix}", f"repo2{suffix}"], SERVICES), ("iam.RolePolicy",), (stack,)),
            StackProof("AA-IAM-11", uploads, (f"GitHubActionsRole{suffix}", [f"siem-{stack}-dashboard", f"siem-{stack}-landing"]), ("iam.RolePolicy",), (stack,)),
            StackProof("AA-IAM-11", invalidates, (f"GitHubActionsRole{suffix}", [f"siem-{stack}-dashboard", f"siem-{stack}-landing"]), ("iam.RolePolicy",), (stack,)),
        )
    ),
]  # fmt: skip
OTHERS: list[Proof] = [
    *(ClassProof("WP-CICD-01", "ecr.Repository", {}, {"name": Matches(f"-{word}$")}, 1) for word in ("frontend", "backend", "sidecar")),
    ClassProof("WP-CICD-01", "ecr.LifecyclePolicy", {"repository": AnyValue()}, count=3),
    *(
        StackProof("WP-CICD-01", repository_for, (f"webplatform-{stack}-ecr-{word}", [ROLES.format("123456789012", f"webplatform-{stack}-role-web-ecs-task-execution")], []), ("ecr.RepositoryPolicy",), (stack,))
        for stack in (STAGING, "production")
        for word in ("frontend", "backend", "sidecar")
    ),
    StackProof("TC-STORE-15", only_for, ("techcorp-production-state", [ROLES.format("333333333333", each) for each in ("techcorp-ci-cd", "devops")]), OF_BUCKETS, ("production",)),
]  # fmt: skip
ROWS = [*CLUB_APP, *EVENTS, *AFRIC_ANALYZER, *OTHERS]
