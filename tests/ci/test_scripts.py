"""The scripts that the workflows run; stand-ins for AWS, GitHub and Pulumi note what they are asked."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.ci.programs import Programs
from tests.ci.programs import run as programs_run
from tests.stacks import ROOT

CI = ROOT / ".ci"
REPOSITORY = {"GITHUB_REPOSITORY": "o/r", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7"}
TAG, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    return Programs(folder)


def run(programs: Programs, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return programs_run(programs, CI / script, *arguments, **environment)


IMAGE = "1.dkr.ecr.us-east-1.amazonaws.com/cloudplatform-fastapi"


def task(tag: str) -> str:
    """A revision as AWS tells it, with what it does not take back."""
    return json.dumps(
        {
            "taskDefinition": {
                "taskDefinitionArn": "arn:old",
                "revision": 3,
                "status": "ACTIVE",
                "family": "cloudplatform-dev-ecs-task-fastapi",
                "containerDefinitions": [{"name": "fastapi", "image": f"{IMAGE}:{tag}"}],
            }
        }
    )


def found(digest: str) -> str:
    return json.dumps({"images": [{"imageId": {"imageDigest": digest}, "imageManifest": "{}"}]})


NOTHING = json.dumps({"images": []})


def test_an_update_registers_the_image_and_nothing_else_new(programs: Programs) -> None:
    """What AWS adds to a revision is left out; the service is told the new one."""
    programs.add(
        "aws",
        {
            "batch-get-image": found("sha256:1"),
            "describe-task-definition": task(OTHER),
            "register-task-definition": "arn:new",
        },
    )
    done = run(programs, "deploy", "update", "dev", TAG)
    assert done.returncode == 0, done.stderr
    written = json.loads((programs.folder.parent / "next.json").read_text())
    assert written == {
        "family": "cloudplatform-dev-ecs-task-fastapi",
        "containerDefinitions": [{"name": "fastapi", "image": f"{IMAGE}:{TAG}"}],
    }
    assert programs.asked()[-1].startswith(
        "aws ecs update-service --cluster cloudplatform-dev-ecs-cluster "
        "--service cloudplatform-dev-ecs-service-fastapi --task-definition arn:new"
    )


def test_an_image_that_is_not_there_is_not_deployed(programs: Programs) -> None:
    programs.add("aws", {"batch-get-image": NOTHING})
    done = run(programs, "deploy", "update", "dev", TAG)
    assert (done.returncode, done.stdout) == (1, f"there is no image {TAG}\n")
    assert not any("update-service" in each for each in programs.asked())


@pytest.mark.parametrize(("runs", "status"), [(TAG, 0), (OTHER, 1)])
def test_a_rollback_is_a_failure(programs: Programs, runs: str, status: int) -> None:
    """ECS calls the service stable then, too."""
    services = {"services": [{"deployments": [{"status": "PRIMARY", "taskDefinition": "arn:now"}]}]}
    answers = {"describe-services": json.dumps(services), "describe-task-definition": task(runs)}
    answers |= {"imageTag=dev ": NOTHING, f"imageTag={TAG}": found("sha256:1")}
    programs.add("aws", answers)
    assert run(programs, "deploy", "wait", "dev", TAG).returncode == status
    assert "services-stable" in programs.asked()[0]
    # What runs has the environment's tag, so that the registry keeps it.
    put = [each.split("--image-tag ")[1].split()[0] for each in programs.asked() if "put-image" in each]
    assert put == ([] if status else ["dev"])


@pytest.mark.parametrize(("ringing", "status"), [("", 0), ("cloudplatform-dev-alarm-errors", 1)])
def test_an_alarm_fails_the_deployment(programs: Programs, ringing: str, status: int) -> None:
    programs.add("aws", {"describe-alarms": ringing})
    assert run(programs, "deploy", "quiet", "dev").returncode == status


@pytest.mark.parametrize(
    ("passed", "wanted", "status"),
    [(found("sha256:1"), found("sha256:1"), 0), (found("sha256:2"), found("sha256:1"), 1), (NOTHING, found("x"), 1)],
)
def test_only_what_passed_staging_goes_on(programs: Programs, passed: str, wanted: str, status: int) -> None:
    """The very image: a tag that was moved since does not help."""
    programs.add("aws", {f"imageTag=staging-{TAG}": passed, f"imageTag={TAG}": wanted})
    assert run(programs, "deploy", "passed", "staging", TAG).returncode == status


def test_a_promotion_that_is_done_is_not_repeated(programs: Programs) -> None:
    """The registry refuses a tag that the image has already."""
    programs.add("aws", {f"imageTag=dev-{TAG}": NOTHING, "imageTag=": found("sha256:1")})
    assert run(programs, "deploy", "promote", "dev", TAG).returncode == 0
    put = [each for each in programs.asked() if "put-image" in each]
    assert [each.split("--image-tag ")[1].split()[0] for each in put] == [f"dev-{TAG}"]


def repository(folder: Path) -> str:
    """A repository with the script and a stack file, and its first commit."""
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci/changed").write_text((CI / "changed").read_text())
    (folder / "Pulumi.dev.yaml").touch()
    (folder / "README.md").touch()
    git(folder, "init", "--quiet")
    return commit(folder)


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize(
    ("file", "stacks"),
    [
        ("README.md", set[str]()),
        ("Pulumi.dev.yaml", {"dev"}),
        ("components/component.py", {"shared", "dev", "staging", "prod"}),
    ],
)
def test_what_changed(tmp_path: Path, file: str, stacks: set[str]) -> None:
    """What all stacks share counts for each (C-37)."""
    since = repository(tmp_path)
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("new")
    commit(tmp_path)
    assert changed(tmp_path, since) == stacks


@pytest.mark.parametrize("since", ["", "0" * 40])
def test_without_a_commit_to_compare_everything_changed(tmp_path: Path, since: str) -> None:
    repository(tmp_path)
    assert changed(tmp_path, since) == {"shared", "dev", "staging", "prod"}


def changed(folder: Path, since: str) -> set[str]:
    done = subprocess.run(["bash", ".ci/changed", since], cwd=folder, capture_output=True, text=True, check=True)
    lines = dict(line.split("=") for line in done.stdout.splitlines())
    assert lines.keys() == {"shared", "dev", "staging", "prod"}
    return {stack for stack, value in lines.items() if value == "true"}


BUCKET = "cloudplatform-terraform-state"
KEY = "awskms://alias/cloudplatform-shared-kms?region=us-east-1"
EMPTY, FULL = '{"deployment": {}}', '{"deployment": {"resources": [{"urn": "x"}]}}'


def test_the_first_state_moves_into_its_bucket(programs: Programs) -> None:
    """From the disk to the bucket that the stack itself made, under its key. How a run that stopped goes on: faults."""
    programs.add("aws", {"list-buckets": "[]"})
    programs.add("pulumi", {"stack ls": "[]", "stack export": [EMPTY, FULL]})
    done = run(programs, "bootstrap", "us-east-1")
    assert done.returncode == 0, done.stdout + done.stderr
    asked = [each.removeprefix("pulumi ").partition(" --file")[0] for each in programs.asked()
             if not each.endswith("stack ls --json")]  # fmt: skip
    assert asked == [
        "aws s3api list-buckets --query Buckets[].Name --output json",
        "login --local",
        "stack init shared",
        "stack export --stack shared",
        "up --stack shared --policy-pack policy",
        f"stack change-secrets-provider --stack shared {KEY}",
        "stack export --stack shared",
        f"login s3://{BUCKET}?region=us-east-1",
        f"stack init shared --secrets-provider {KEY}",
        "stack import --stack shared",
        "preview --stack shared --policy-pack policy --expect-no-changes",
    ]


def test_nobody_is_told_without_a_webhook(programs: Programs) -> None:
    programs.add("curl", {})
    assert run(programs, "slack", "text", SLACK_WEBHOOK="").returncode == 0
    assert programs.asked() == []
    assert run(programs, "slack", "text", SLACK_WEBHOOK="https://hooks.example", **REPOSITORY).returncode == 0
    assert programs.asked()[0].endswith("https://hooks.example")
