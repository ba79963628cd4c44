"""Repositories: their life cycle and where they are copied."""

import json

import pytest

from components.compute.registry import Registry, RegistryArgs, lifecycle
from settings.tables.compute import RepositoryTable
from tests.components.examples import COMMON, KEY, built, counted, only, waits_for
from tests.components.examples.common import named_role


def _registry(force_destroy=False, protect=False, **rows):
    tables = {word: RepositoryTable(**row) for word, row in rows.items()}
    args = RegistryArgs(repositories=tables, key=KEY, force_destroy=force_destroy, protect=protect, **COMMON)
    return built(lambda: Registry("registry", args))


@pytest.mark.parametrize("flag", [False, True])
def test_a_repository(flag):
    """Scans what is pushed, encrypts with the key, goes with its content and is protected as the posture says."""
    recording = _registry(force_destroy=flag, protect=not flag, web={})
    assert counted(recording) == {"aws:ecr/lifecyclePolicy:LifecyclePolicy": 1, "aws:ecr/repository:Repository": 1}
    repository = only(recording, "aws:ecr/repository:Repository")
    wanted = {
        "name": "acme-test-ecr-web",
        "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
        "forceDelete": flag,
    }
    assert {name: repository[name] for name in wanted} == wanted
    assert repository.options.protect is not flag


def test_the_rows_own_name():
    """Where it has one."""
    assert only(_registry(web={"name": "shop/web"}), "aws:ecr/repository:Repository")["name"] == "shop/web"


def test_the_life_cycle():
    """What runs first, by its whole tag, then the releases, what has no tag, and what is too many."""
    table = RepositoryTable(keep=5, keep_tags=("prod", "dev"), releases=7, untagged_days=3)
    rules = json.loads(lifecycle(table))["rules"]
    tagged = {"tagStatus": "tagged", "countType": "imageCountMoreThan"}
    assert [(rule["rulePriority"], rule["selection"]) for rule in rules] == [
        (1, {**tagged, "tagPatternList": ["prod"], "countNumber": 1}),
        (2, {**tagged, "tagPatternList": ["dev"], "countNumber": 1}),
        (3, {**tagged, "tagPatternList": ["prod-*"], "countNumber": 7}),
        (4, {**tagged, "tagPatternList": ["dev-*"], "countNumber": 7}),
        (5, {"tagStatus": "untagged", "countType": "sinceImagePushed", "countNumber": 3, "countUnit": "days"}),
        (6, {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}),
    ]
    assert {rule["action"]["type"] for rule in rules} == {"expire"}


def test_no_other_region():
    """No replication where no row names one."""
    assert _registry(web={}).of("aws:ecr/replicationConfiguration:ReplicationConfiguration") == []


def test_other_regions():
    """One configuration for the registry; a rule for each repository that is copied, and only for those."""
    recording = _registry(web={"replicate_to": ["eu-central-1", "us-east-2"]}, jobs={})
    replication = only(recording, "aws:ecr/replicationConfiguration:ReplicationConfiguration")
    assert replication["replicationConfiguration"]["rules"] == [
        {
            "destinations": [
                {"region": "eu-central-1", "registryId": "210987654321"},
                {"region": "us-east-2", "registryId": "210987654321"},
            ],
            "repositoryFilters": [{"filter": "acme-test-ecr-web", "filterType": "PREFIX_MATCH"}],
        }
    ]


def test_encryption_without_the_key():
    """S3's own, which ECR calls AES256; the row says so."""
    repository = only(_registry(web={"encryption": "s3"}), "aws:ecr/repository:Repository")
    assert repository["encryptionConfigurations"] == [{"encryptionType": "AES256"}]


def test_tags_that_move():
    """They alone; without them all may."""
    repository = only(_registry(web={"moving_tags": ["latest", "env-*"]}), "aws:ecr/repository:Repository")
    assert repository["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert repository["imageTagMutabilityExclusionFilters"] == [
        {"filter": "latest", "filterType": "WILDCARD"},
        {"filter": "env-*", "filterType": "WILDCARD"},
    ]


def test_a_policy_names_who_pulls_and_who_pushes():
    """After their roles, which ECR asks for; nobody may delete."""

    def program():
        puller, pusher = named_role("puller"), named_role("pusher")
        rows = {"web": RepositoryTable(policy=True), "api": RepositoryTable()}
        users = {"pullers": {"web": [puller], "api": [puller]}, "pushers": {"web": [pusher]}}
        args = RegistryArgs(repositories=rows, key=KEY, force_destroy=False, protect=False, **users, **COMMON)
        Registry("registry", args)

    recording = built(program)
    policy = only(recording, "aws:ecr/repositoryPolicy:RepositoryPolicy")
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    push = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]
    found = {each["Sid"]: (each["Principal"], each["Action"]) for each in json.loads(policy["policy"])["Statement"]}
    roles = {role["name"]: role.outputs["arn"] for role in recording.of("aws:iam/role:Role")}
    puller, pusher = (next(arn for name, arn in roles.items() if word in name) for word in ("puller", "pusher"))
    assert found == {"Pull": ({"AWS": [puller]}, pull), "Push": ({"AWS": [pusher]}, sorted(pull + push))}
    assert {each for each in waits_for(recording, policy) if "pull" in each or "push" in each} == {
        each.name for each in recording.of("aws:iam/role:Role")
    }
