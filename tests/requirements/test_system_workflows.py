"""AA-CICD, CA-CICD: the workflows below blueprints/, proven by what stands in them and by the stacks that they name."""

import copy
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.requirements.expected import requirement
from tests.requirements.reading import of, one
from tests.requirements.workflow_breaches import Mutation, in_job, run, with_, without
from tests.requirements.workflows import (
    CREDENTIALS,
    TRIVY,
    Job,
    Step,
    Workflows,
    assert_strict,
    read,
    running,
    uses,
    using,
)
from tests.rows import for_each
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, recorded

DEPLOY, LOGIN = "aws-actions/amazon-ecs-deploy-task-definition", "aws-actions/amazon-ecr-login"
SIEM = [each for each in BLUEPRINT_STACKS if each.startswith("afric-analyzer/")]
SERVICES = ["repo1-api", "repo2-api", "repo2-consumer"]


@cache
def _of(system: str) -> Workflows:
    files = sorted((BLUEPRINTS / system / ".github/workflows").glob("*.yml"))
    return Workflows({file.stem: read(file.read_text()) for file in files})


@pytest.fixture
def siem() -> Workflows:
    return _of("afric-analyzer")


@pytest.fixture
def club() -> Workflows:
    return _of("club-app")


@requirement("AA-CICD-01", stacks=SIEM)
def test_every_push_to_main_is_deployed(siem: Workflows) -> None:
    file = siem.files["deploy"]
    assert file["name"] == "Deploy to AWS"
    assert siem.triggers("deploy") == {"push": {"branches": ["main"]}}
    assert {job["runs-on"] for job in file["jobs"].values()} == {"ubuntu-latest"}


def credentials(flows: Workflows, file: str) -> list[tuple[Job, Step]]:
    """Each step that becomes a role, with its job."""
    found = [
        (job, step) for name, _, job in flows.jobs() if name == file for step in job["steps"] if uses(step, CREDENTIALS)
    ]
    assert found
    return found


@requirement("AA-CICD-02", stacks=SIEM)
def test_a_token_for_a_role_and_no_key(siem: Workflows) -> None:
    """id-token write and contents read; the sites' jobs have the role's name from their environment."""
    for job, step in credentials(siem, "deploy"):
        assert job["permissions"] == {"contents": "read", "id-token": "write"}
        role = step["with"]["role-to-assume"].rpartition("/")[2]
        assert role in ("GitHubActionsRole", "GitHubActionsRole-staging", "${{ vars.ROLE }}")
        assert not any("key" in name for name in step["with"])
    assert "secrets.AWS" not in (BLUEPRINTS / "afric-analyzer/.github/workflows/deploy.yml").read_text()


@requirement("AA-IAM-10", stacks=SIEM)
def test_a_session_lasts_fifteen_minutes(siem: Workflows) -> None:
    for file in siem.files:
        assert {step["with"]["role-duration-seconds"] for _, step in credentials(siem, file)} == {900}


@requirement("AA-CICD-03", stacks=SIEM)
def test_stage_1_lints_and_scans(siem: Workflows) -> None:
    steps = siem.steps("deploy", "lint")
    order = [running(steps, f"^{each} ") for each in ("flake8", "bandit", "checkov")]
    assert order == sorted(order)
    scan = using(steps, TRIVY)
    assert (scan["with"]["severity"], scan["with"]["exit-code"]) == ("HIGH,CRITICAL", "1")
    assert_strict(scan)
    running(steps, "make .*preview SYSTEM=afric-analyzer STACK=prod")


@requirement("AA-CICD-04", stacks=SIEM)
def test_stage_2_tests(siem: Workflows) -> None:
    """Files that there are; the figures go to Codecov."""
    steps = siem.steps("deploy", "test")
    unit, contract = steps[running(steps, "--cov=")]["run"], steps[running(steps, "test_contract")]["run"]
    assert "--cov-report=xml" in unit
    for file in re.findall(r"tests/\S+\.py", unit + contract):
        assert (BLUEPRINTS.parent / file).is_file(), file
    codecov = using(steps, "codecov/codecov-action")
    assert codecov["with"]["files"] == "coverage.xml"
    assert steps.index(codecov) > running(steps, "--cov=")


@requirement("AA-CICD-05", stacks=SIEM)
def test_stage_3_builds_scans_tags_and_pushes(siem: Workflows) -> None:
    """Both images, after stages 1 and 2, into the stacks' own repositories; the scan stands before the push."""
    job, steps = siem.job("deploy", "build"), siem.steps("deploy", "build")
    assert job["needs"] == ["lint", "test"]
    assert job["strategy"]["matrix"] == {"image": ["repo1", "repo2"]}
    build = running(steps, "^docker build --target production ")
    scan = using(steps, TRIVY)
    assert scan["with"]["exit-code"] == "1"
    assert_strict(scan)
    assert scan["with"]["image-ref"] == "${{ matrix.image }}:${{ github.sha }}"
    pushes = [number for number, each in enumerate(steps) if "docker push" in each.get("run", "")]
    logins = [number for number, each in enumerate(steps) if uses(each, LOGIN)]
    assert len(pushes) == len(logins) == 2
    assert [build, steps.index(scan), logins[0], pushes[0], logins[1], pushes[1]] == sorted(
        [build, steps.index(scan), *logins, *pushes]
    )
    for stack, number in zip(("staging", "prod"), pushes, strict=True):
        assert 'for tag in latest "$GITHUB_SHA" "$(date --utc +%Y%m%d%H%M%S)"; do' in steps[number]["run"]
        repository = steps[number]["env"]["REPOSITORY"].rpartition("/")[2]
        names = {repository.replace("${{ matrix.image }}", image) for image in ("repo1", "repo2")}
        assert names == {each["name"] for each in of(recorded(f"afric-analyzer/{stack}", True), "ecr.Repository")}


def assert_deploys(flows: Workflows, job_name: str, stack: str) -> Job:
    """Each service: the running definition with the new image, the action, and the wait for healthy targets."""
    job, found = flows.job("deploy", job_name), recorded(f"afric-analyzer/{stack}", True)
    rows = job["strategy"]["matrix"]["include"]
    assert [row["service"] for row in rows] == SERVICES == [each["name"] for each in of(found, "ecs.Service")]
    families = {job["env"]["FAMILY"].replace("${{ matrix.service }}", row["service"]) for row in rows}
    assert families == {each["family"] for each in of(found, "ecs.TaskDefinition")}
    steps = job["steps"]
    command = steps[running(steps, "describe-task-definition")]["run"]
    assert '+ ":" + $tag' in command
    assert command.endswith("> task-def.json\n")
    deploy = using(steps, DEPLOY)
    assert deploy["with"] == {
        "task-definition": "task-def.json",
        "service": "${{ matrix.service }}",
        "cluster": one(found, "ecs.Cluster")["name"],
        "wait-for-service-stability": True,
    } | {"wait-for-service-stability": deploy["with"]["wait-for-service-stability"]}
    assert str(deploy["with"]["wait-for-service-stability"]).lower() == "true"
    assert steps.index(deploy) > running(steps, "describe-task-definition")
    return job


def assert_smokes(flows: Workflows, name: str, needs: list[str], stack: str) -> None:
    """Both APIs by the stack's own host."""
    job = flows.job("deploy", name)
    assert job["needs"] == needs
    command = job["steps"][running(job["steps"], "/health/live")]["run"]
    assert command.count("= 200 ]") == 2
    assert job["env"]["URL"] == f"https://{host(stack)}"


def host(stack: str) -> str:
    """The API's name."""
    names = {each["name"] for each in of(recorded(f"afric-analyzer/{stack}", True), "route53.Record")}
    [found] = {each for each in names if each.startswith("api.")}
    return found


@requirement("AA-CICD-06", stacks=["afric-analyzer/staging"])
def test_stage_4_deploys_to_staging(siem: Workflows) -> None:
    job = assert_deploys(siem, "deploy-staging", "staging")
    assert (job["needs"], job["environment"]) == ("build", "staging")
    assert_smokes(siem, "smoke-staging", ["deploy-staging", "sites-staging"], "staging")


@requirement("AA-CICD-07", stacks=["afric-analyzer/prod"])
def test_stage_5_deploys_to_production_after_an_approval(siem: Workflows) -> None:
    """The environment is the protected one, as the runbook sets it up, and staging's smoke tests come before."""
    job = assert_deploys(siem, "deploy-production", "prod")
    assert (job["needs"], job["environment"]) == ("smoke-staging", "prod")
    assert_smokes(siem, "smoke-production", ["deploy-production", "sites-production"], "prod")
    runbook = (BLUEPRINTS / "afric-analyzer/docs/runbooks/operations.md").read_text()
    assert "required reviewers on prod" in runbook


@requirement("AA-CICD-08", stacks=SIEM)
def test_stage_6_tells_slack_however_it_ended(siem: Workflows) -> None:
    jobs, job = siem.files["deploy"]["jobs"], siem.job("deploy", "notify")
    assert {*job["needs"]} == jobs.keys() - {"notify"}
    assert job["if"] == "always()"
    step = job["steps"][running(job["steps"], r"^\.ci/slack ")]
    assert_strict(step)
    assert "if" not in step
    assert all(word in step["env"]["STATUS"] for word in ("'failed'", "'succeeded'"))


@requirement("AA-CICD-09", stacks=SIEM)
def test_the_deploy_action_takes_each_service(siem: Workflows) -> None:
    """repo2-api and the other two, in both environments, one after the other."""
    for job_name, stack in (("deploy-staging", "staging"), ("deploy-production", "prod")):
        assert assert_deploys(siem, job_name, stack)["strategy"]["max-parallel"] == 1


@requirement("AA-CICD-10", stacks=SIEM)
def test_the_sites_are_built_and_uploaded(siem: Workflows) -> None:
    """Each from its own folder to its own bucket of the stack, with the stack's own API; then CloudFront is told."""
    for name, stack in (("sites-staging", "staging"), ("sites-production", "prod")):
        job, steps = siem.job("deploy", name), siem.steps("deploy", name)
        buckets = {each["bucket"] for each in of(recorded(f"afric-analyzer/{stack}", True), "s3.Bucket")}
        assert job["env"] == {"API_BASE_URL": f"https://{host(stack)}", "STACK": stack}
        built = [each["working-directory"] for each in steps if each.get("run") == "npm run build"]
        sent = {each["working-directory"]: each["run"] for each in steps if "aws s3 sync build/" in each.get("run", "")}
        assert built == list(sent) == [f"blueprints/afric-analyzer/sites/{each}" for each in ("dashboard", "landing")]
        for folder, command in sent.items():
            [bucket] = re.findall(r'"s3://(\S+)"', command)
            assert bucket.replace("$STACK", stack) in buckets
            assert bucket.endswith(folder.rpartition("/")[2])
        assert running(steps, "create-invalidation") == len(steps) - 1


@requirement("AA-APP-02", stacks=SIEM)
def test_the_databases_script_is_run_by_hand_once(siem: Workflows) -> None:
    """In a task of repo2 beside the service, in the stack's cluster; it ends with the script's status."""
    inputs = siem.triggers("init-db")["workflow_dispatch"]["inputs"]
    assert inputs["environment"]["options"] == ["starter", "staging", "prod"]
    job = siem.job("init-db", "init")
    command = job["steps"][running(job["steps"], "ecs run-task")]["run"]
    assert '"command": ["python", "-m", "src.services.init_db"]' in command
    assert command.index("run-task") < command.index("tasks-stopped") < command.index('[ "$status" = 0 ]')
    assert (BLUEPRINTS / "afric-analyzer/images/repo2/init_db.sql").is_file()
    assert (
        "COPY repo2/init_db.sql /srv/init_db.sql" in (BLUEPRINTS / "afric-analyzer/images/repo2/Dockerfile").read_text()
    )
    clusters = {one(recorded(stack, True), "ecs.Cluster")["name"] for stack in SIEM}
    assert clusters == {"siem-cluster", "siem-cluster-staging", "siem-cluster-starter"}


@requirement("CA-CICD-07", stacks=["club-app/dev"])
def test_a_push_builds_pushes_and_updates(club: Workflows) -> None:
    """In the ledger's order, with the role's name, a token, and a forced deployment."""
    assert club.triggers("deploy-backend") == {"push": {"branches": ["main"]}}
    job, steps = club.job("deploy-backend", "deploy"), club.steps("deploy-backend", "deploy")
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    role = using(steps, CREDENTIALS)
    assert role["with"]["role-to-assume"].endswith(":role/github-oidc-deployment-role")
    order = [
        steps.index(role),
        running(steps, "^docker build "),
        running(steps, "^docker push "),
        running(steps, "register-task-definition"),
        running(steps, "update-service .*--force-new-deployment"),
    ]
    assert order == sorted(order)
    found = recorded("club-app/dev", True)
    names = one(found, "ecs.Cluster")["name"], one(found, "ecs.Service")["name"], one(found, "ecs.TaskDefinition")
    assert club.files["deploy-backend"]["env"] == {
        "CLUSTER": names[0],
        "SERVICE": names[1],
        "FAMILY": names[2]["family"],
    }
    assert one(found, "ecr.Repository")["name"] == "clubapp-backend"
    assert "/clubapp-backend" in steps[order[1]]["env"]["IMAGE"]


@requirement("CA-DR-01", stacks=["club-app/dev"])
def test_a_snapshot_before_a_major_change(club: Workflows) -> None:
    steps = club.steps("snapshot", "snapshot")
    command = steps[running(steps, "create-db-snapshot")]["run"]
    database = one(recorded("club-app/dev", True), "rds.Instance")["identifier"]
    assert f"--db-instance-identifier {database} " in command
    assert command.index("create-db-snapshot") < command.index("wait db-snapshot-available")
    assert "workflow_dispatch" in club.triggers("snapshot")
    assert "snapshot.yml" in (BLUEPRINTS / "club-app/README.md").read_text()


@pytest.mark.parametrize("system", ["afric-analyzer", "club-app", "techcorp", "web-platform"])
def test_they_keep_the_rules_of_ours(system: str) -> None:
    """Actions by commit, with the tag beside; rights by job; nothing cancelled; pipes that fail."""
    for file in (BLUEPRINTS / system / ".github/workflows").glob("*.yml"):
        lines = [line for line in file.read_text().splitlines() if re.search(r"\buses: ", line)]
        assert lines
        for line in lines:
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v?\d+\.\d+\.\d+$", line), line
    for name, content in _of(system).files.items():
        assert content["permissions"] == {}, name
        assert content["defaults"] == {"run": {"shell": "bash"}}
        assert content["concurrency"]["cancel-in-progress"] is False
        for job in content["jobs"].values():
            assert "timeout-minutes" in job
            writes = {key for key, value in job["permissions"].items() if value == "write"}
            assert writes <= {"id-token"}


def _first(name: str, **parts: Any) -> Mutation:
    """Another word in what the first step with AWS's credentials is given."""

    def change(job: Job) -> None:
        next(each for each in job["steps"] if uses(each, CREDENTIALS))["with"].update(parts)

    return in_job(name, change)


class SystemBreach(NamedTuple):
    """A proof, and a change of a system's workflow that must make it fail."""

    proof: Callable[[Workflows], None]
    system: str
    file: str
    change: Mutation


ROWS: list[tuple[Callable[[Workflows], None], str, str, Mutation]] = [
    (test_every_push_to_main_is_deployed, "afric-analyzer", "deploy", lambda file: file.update(name="Deploy")),
    (test_a_token_for_a_role_and_no_key, "afric-analyzer", "deploy", _first("build", **{"aws-access-key-id": "x"})),
    (test_a_session_lasts_fifteen_minutes, "afric-analyzer", "deploy",
     _first("sites-production", **{"role-duration-seconds": 3600})),
    (test_stage_1_lints_and_scans, "afric-analyzer", "deploy", without("lint", "^bandit")),
    (test_stage_2_tests, "afric-analyzer", "deploy", without("test", "codecov")),
    (test_stage_3_builds_scans_tags_and_pushes, "afric-analyzer", "deploy",
     with_("build", TRIVY, **{"exit-code": "0"})),
    (test_stage_4_deploys_to_staging, "afric-analyzer", "deploy",
     with_("deploy-staging", DEPLOY, **{"wait-for-service-stability": "false"})),
    (test_stage_5_deploys_to_production_after_an_approval, "afric-analyzer", "deploy",
     in_job("deploy-production", lambda job: job.pop("environment"))),
    (test_stage_6_tells_slack_however_it_ended, "afric-analyzer", "deploy",
     in_job("notify", lambda job: job.update({"if": "success()"}))),
    (test_the_deploy_action_takes_each_service, "afric-analyzer", "deploy",
     with_("deploy-production", DEPLOY, cluster="other")),
    (test_the_sites_are_built_and_uploaded, "afric-analyzer", "deploy",
     without("sites-staging", "create-invalidation")),
    (test_the_databases_script_is_run_by_hand_once, "afric-analyzer", "init-db",
     run("init", "run-task", lambda step: step.update(run=step["run"].replace("init_db", "other")))),
    (test_a_push_builds_pushes_and_updates, "club-app", "deploy-backend",
     run("deploy", "update-service", lambda step: step.update(run=step["run"].replace("--force-new-deployment", "")))),
    (test_a_snapshot_before_a_major_change, "club-app", "snapshot", without("snapshot", "create-db-snapshot")),
]  # fmt: skip
BREACHES = [SystemBreach(*row) for row in ROWS]


@for_each(BREACHES, name=lambda breach: f"{breach.proof.__name__} in {breach.system}")
def test_breaches(breach: SystemBreach) -> None:
    """What is sound passes, and each change takes its proof away."""
    files = copy.deepcopy(dict(_of(breach.system).files))
    breach.change(files[breach.file])
    with pytest.raises((AssertionError, KeyError)):
        breach.proof(Workflows(files))
