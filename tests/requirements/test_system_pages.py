"""AA, CA and TC: what their READMEs and runbooks say, and that the recorded stacks agree with it."""

import re

import pytest
import yaml

from tests.requirements.expected import requirement
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed
from tests.requirements.pages import Pages, sections
from tests.requirements.reading import of, one
from tests.requirements.systems import shapes
from tests.requirements.test_runbooks import PARTS_OF_A_RUNBOOK
from tests.stacks import BLUEPRINT_STACKS, recorded

AA, CA = "blueprints/afric-analyzer/", "blueprints/club-app/"
siem = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("afric-analyzer/")])
prod = pytest.mark.parametrize("stack", ["afric-analyzer/prod"])
club = pytest.mark.parametrize("stack", ["club-app/dev"])
techcorp = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")])
COMPOSE = f"{AA}docker-compose.local.yml"


def assert_says(text: str, *words: str) -> None:
    assert [each for each in words if each not in text] == []


@requirement("AA-EDGE-12")
@siem
def test_shield_standard_and_no_more(written: Pages, stack: str) -> None:
    text = written.sections(f"{AA}README.md")["Protection at the edge"]
    assert_says(text, "CloudFront", "Shield Standard", "web ACL", "Shield Advanced", "no part of the design")
    assert not [each for each in recorded(stack, True).resources.values() if each.type.startswith("aws:shield/")]


@requirement("TC-EDGE-07")
@techcorp
def test_techcorp_has_shield_standard_and_no_more(written: Pages, stack: str) -> None:
    text = written.sections("blueprints/techcorp/README.md")["Protection at the edge"]
    assert_says(text, "AWS Shield Standard", "without being asked", "Shield Advanced is no part of the design")
    assert not [each for each in recorded(stack, True).resources.values() if each.type.startswith("aws:shield/")]


@requirement("AA-DOC-02")
@siem
def test_people_use_the_identity_center(written: Pages, stack: str) -> None:
    text = written.sections(f"{AA}README.md")["People"]
    assert_says(text, "IAM Identity Center", "Nobody works as the root user", "no access keys")
    shapes.none_of(recorded(stack, True), "iam.User", "iam.AccessKey")


@requirement("AA-APP-07")
@siem
def test_tokens_and_row_level_security(written: Pages, stack: str) -> None:
    """The signing key reaches repo2-api as the page says."""
    assert_says(
        written.sections(f"{AA}README.md")["Authentication"], "JWT", "`jwt-secret`", "row-level security", "init_db.sql"
    )
    [api] = shapes.definitions(recorded(stack, True), "repo2-api")
    keys = {each["name"]: each["valueFrom"] for each in api["secrets"]}
    assert re.search(r":/siem/\w+/jwt-secret-", keys["SECRET_KEY"])


@requirement("AA-APP-13")
@siem
def test_images_are_described(written: Pages, stack: str) -> None:
    """Each repository's Dockerfile, and the stage that is run; tests/images reads the files themselves."""
    assert_says(written.sections(f"{AA}README.md")["Images"], "two stages", "`production`", "--target production")
    rows = written.rows(f"{AA}README.md", "Images")
    names = {re.sub(r"-(starter|staging)$", "", each["name"]) for each in of(recorded(stack, True), "ecr.Repository")}
    assert {row[0] for row in rows} == names


@requirement("AA-DOC-04")
@siem
def test_local_redis(written: Pages, stack: str) -> None:
    text = written.sections(f"{AA}README.md")["Local development"]
    assert_says(text, "docker-compose.local.yml", "REDIS_URL=redis://localhost:6379/0", "ElastiCache is for deployed")
    services = yaml.safe_load(written[COMPOSE])["services"]
    assert services == {"redis": {"image": "redis:7-alpine", "ports": ["6379:6379"]}}
    assert len(of(recorded(stack, True), "elasticache.ReplicationGroup")) == 1


RUNBOOKS = {
    AA: {
        "operations": ("A first deployment", "A deployment that is wrong", "Logs do not arrive", "New secrets"),
        "recovery": ("The database", "The cache", "The drill"),
        "redis": ("Resize", "Back up on demand", "Restore", "Fail over"),
    },
    CA: {
        "recovery": (
            "RDS fails over",
            "RDS is lost",
            "S3, deleted or overwritten by accident",
            "ElastiCache fails over",
        ),
        "service-down": (
            "1. AWS itself",
            "2. The service's state",
            "3. The logs",
            "4. The alarms",
            "5. The security groups",
            "6. The database and the cache",
            "7. A new deployment",
        ),
    },
}


def procedure(written: Pages, folder: str, name: str) -> dict[str, str]:
    """The steps of a runbook, which has its parts and is found from its system's README."""
    page = f"{folder}docs/runbooks/{name}.md"
    parts = written.sections(page)
    assert list(parts) == PARTS_OF_A_RUNBOOK
    assert all(len(text.split()) >= 12 for text in parts.values())
    assert f"(docs/runbooks/{name}.md)" in written[f"{folder}README.md"]
    steps = sections(parts["Procedure"], 3)
    assert tuple(steps) == RUNBOOKS[folder][name]
    return steps


@requirement("AA-DOC-01")
@prod
def test_runbooks_for_operation(written: Pages, stack: str) -> None:
    """Their commands name what is in the stack."""
    text = "\n".join("\n".join(procedure(written, AA, name).values()) for name in RUNBOOKS[AA])
    found = recorded(stack, True)
    assert_says(text, one(found, "rds.Instance")["identifier"], one(found, "ecs.Cluster")["name"])
    assert_says(text, one(found, "elasticache.ReplicationGroup")["replicationGroupId"])


@requirement("AA-DR-04")
@siem
def test_both_stores_can_be_restored(written: Pages, stack: str) -> None:
    """With the days that the stack keeps."""
    steps = procedure(written, AA, "recovery")
    assert_says(steps["The database"], "restore-db-instance-to-point-in-time", "database-url", "--force-new-deployment")
    assert_says(steps["The cache"], "describe-snapshots", "--snapshot-name", "redis-url")
    purpose, found = written.sections(f"{AA}docs/runbooks/recovery.md")["Purpose"], recorded(stack, True)
    assert f"RDS, {one(found, 'rds.Instance')['backupRetentionPeriod']} days" in purpose
    kept = one(found, "elasticache.ReplicationGroup")["snapshotRetentionLimit"]
    assert f"a snapshot a day: {kept} kept in prod" in purpose or f", {kept} elsewhere" in purpose


@requirement("AA-CACHE-13")
@siem
def test_redis_is_changed_online(written: Pages, stack: str) -> None:
    """By ElastiCache's own operations, on the group that the stack has."""
    steps = procedure(written, AA, "redis")
    assert_says(steps["Resize"], "modify-replication-group", "--apply-immediately", "Online")
    assert_says(steps["Back up on demand"], "create-snapshot")
    assert_says(written.sections(f"{AA}docs/runbooks/redis.md")["Purpose"], "no code of the application changes")
    group = one(recorded(stack, True), "elasticache.ReplicationGroup")["replicationGroupId"]
    assert group == f"siem-{stack.partition('/')[2]}-redis"


@requirement("CA-IAM-17")
@club
def test_ecs_has_its_own_role(written: Pages, stack: str) -> None:
    text = written.sections(f"{CA}README.md")["Roles that nobody makes"]
    assert_says(text, "AWSServiceRoleForECS", "`iam.ServiceLinkedRole`", "`iamRole`")
    found = recorded(stack, True)
    shapes.none_of(found, "iam.ServiceLinkedRole")
    assert [each.inputs.get("iamRole") for each in of(found, "ecs.Service")] == [None]


def figures(written: Pages, what: str) -> list[str]:
    """The row of the table of failures that begins so."""
    [row] = [each for each in written.rows(f"{CA}docs/runbooks/recovery.md", "Purpose") if each[0] == what]
    return row[1:]


@requirement("CA-DR-02")
@club
def test_rds_fails_over_by_itself(written: Pages, stack: str) -> None:
    found = figures(written, "RDS, one zone")
    assert found == ["within 5 minutes", "under 2 minutes", "none", "nothing: the standby takes over"]
    assert one(recorded(stack, True), "rds.Instance")["multiAz"] is True


@requirement("CA-DR-03")
@club
def test_a_lost_database_comes_back_in_five_steps(written: Pages, stack: str) -> None:
    found = figures(written, "RDS, all of it")
    assert found[:2] == ["by an alert and a person", "10 to 30 minutes"]
    assert "at most 24 hours" in found[2]
    steps = re.findall(r"(?m)^\d\. \*\*(.+?)\*\*", procedure(written, CA, "recovery")["RDS is lost"])
    assert steps == ["Create a new instance", "Update the endpoint in Secrets Manager", "Verify connectivity",
                     "Test integrity", "Route traffic back"]  # fmt: skip
    named = recorded(stack, True)
    text = written[f"{CA}docs/runbooks/recovery.md"]
    assert_says(text, one(named, "rds.Instance")["identifier"], one(named, "rds.SubnetGroup")["name"])


@requirement("CA-DR-04")
@club
def test_a_lost_object_comes_back_in_four_steps(written: Pages, stack: str) -> None:
    assert figures(written, "S3, by accident")[1] == "under 5 minutes"
    steps = procedure(written, CA, "recovery")["S3, deleted or overwritten by accident"]
    found = re.findall(r"(?m)^\d\. \*\*(.+?)\*\*", steps)
    assert found == ["Find the last good version", "Copy it over", "Verify", "Refresh CloudFront"]
    assert_says(steps, "list-object-versions", "copy-object", "create-invalidation", "clubapp-dev-assets")
    names = {each["bucket"] for each in of(recorded(stack, True), "s3.BucketVersioning")}
    assert names


@requirement("CA-DR-05")
@club
def test_redis_fails_over_by_itself(written: Pages, stack: str) -> None:
    """The page does not promise what asynchronous replication cannot keep."""
    found = figures(written, "ElastiCache, one node")
    assert found[:2] == ["within 5 minutes", "under 1 minute"]
    assert "asynchronous" in found[2]
    assert one(recorded(stack, True), "elasticache.ReplicationGroup")["automaticFailoverEnabled"] is True


@requirement("CA-DR-09")
@club
def test_what_to_look_at_when_the_service_is_down(written: Pages, stack: str) -> None:
    """In this order, with the names of the stack."""
    steps, found = [*procedure(written, CA, "service-down").values()], recorded(stack, True)
    cluster, service = one(found, "ecs.Cluster")["name"], one(found, "ecs.Service")["name"]
    assert (cluster, service) == ("clubapp-dev-ecs", "clubapp-dev-svc")
    wanted = (
        "Health Dashboard",
        f"aws ecs describe-services --cluster {cluster} --services {service}",
        "aws logs tail /ecs/clubapp-backend --follow",
        "aws cloudwatch describe-alarms --state-value ALARM",
        "aws ec2 describe-security-groups",
        "aws rds describe-db-instances",
        f"aws ecs update-service --cluster {cluster} --service {service} --force-new-deployment",
    )
    assert [each in step for each, step in zip(wanted, steps, strict=True)] == [True] * 7
    assert any(each["name"] == "/ecs/clubapp-backend" for each in of(found, "cloudwatch.LogGroup"))


@requirement("CA-APP-03")
@club
def test_what_flows_where(written: Pages, stack: str) -> None:
    """Every store and service of the design, and what of them is in the stack by its name."""
    rows = written.rows(f"{CA}README.md", "Data flow")
    text = "\n".join(" ".join(row) for row in rows)
    assert_says(text, "PostgreSQL", "Redis", "S3", "DynamoDB", "SNS", "Stripe", "SendGrid", "Sentry")
    found = recorded(stack, True)
    named = {each["bucket"] for each in of(found, "s3.Bucket")} | {each["name"] for each in of(found, "dynamodb.Table")}
    assert set(re.findall(r"`(clubapp-[a-z-]+)`", text)) <= named
    [container] = shapes.containers(found)
    variables = {each["name"] for each in container["secrets"]}
    assert set(re.findall(r"`([A-Z_]+)`", text)) <= variables


def _with(proof: object, change: object, stack: str) -> PageBreach:
    return PageBreach(proof, change, {"stack": stack})  # pyright: ignore[reportArgumentType]


PROD, DEV = "afric-analyzer/prod", "club-app/dev"
RECOVERY = f"{CA}docs/runbooks/recovery.md"
BREACHES = [
    _with(test_shield_standard_and_no_more, edit(f"{AA}README.md", "Shield Advanced"), PROD),
    _with(
        test_techcorp_has_shield_standard_and_no_more,
        edit("blueprints/techcorp/README.md", "without being asked"),
        "techcorp/development",
    ),
    _with(test_people_use_the_identity_center, edit(f"{AA}README.md", "Nobody works as the root user"), PROD),
    _with(test_tokens_and_row_level_security, edit(f"{AA}README.md", "row-level security"), PROD),
    _with(test_images_are_described, edit(f"{AA}README.md", "| repo1 | repo1-api |", "| repo3 | repo1-api |"), PROD),
    _with(test_local_redis, edit(COMPOSE, "redis:7-alpine", "redis:8-alpine"), PROD),
    _with(test_runbooks_for_operation, gone(f"{AA}docs/runbooks/operations.md"), PROD),
    _with(
        test_both_stores_can_be_restored, edit(f"{AA}docs/runbooks/recovery.md", "RDS, 35 days", "RDS, 7 days"), PROD
    ),
    _with(test_redis_is_changed_online, edit(f"{AA}docs/runbooks/redis.md", "create-snapshot", "copy"), PROD),
    _with(test_ecs_has_its_own_role, edit(f"{CA}README.md", "AWSServiceRoleForECS"), DEV),
    _with(test_rds_fails_over_by_itself, edit(RECOVERY, "| under 2 minutes |", "| under 5 minutes |"), DEV),
    _with(test_a_lost_database_comes_back_in_five_steps, edit(RECOVERY, "**Test integrity**", "Test"), DEV),
    _with(test_a_lost_object_comes_back_in_four_steps, edit(RECOVERY, "**Refresh CloudFront**", "Refresh"), DEV),
    _with(test_redis_fails_over_by_itself, edit(RECOVERY, "since replication is asynchronous"), DEV),
    _with(
        test_what_to_look_at_when_the_service_is_down,
        edit(f"{CA}docs/runbooks/service-down.md", "/ecs/clubapp-backend", "/ecs/other"),
        DEV,
    ),
    _with(
        test_what_flows_where, edit(f"{CA}README.md", "`clubapp-dev-dynamodb-presence`", "`clubapp-dev-nothing`"), DEV
    ),
]

test_breaches = noticed(BREACHES)
