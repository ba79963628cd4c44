"""The shell scripts: stand-ins for AWS, Pulumi and the rest note what they are asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ci.programs import Programs
from tests.stacks import ENVIRONMENTS, ROOT, recorded

CLUSTER, SERVICE = "cloudplatform-dev-ecs-cluster", "cloudplatform-dev-ecs-service-fastapi"
RESTARTED = [
    f"aws ecs update-service --cluster {CLUSTER} --service {SERVICE} --force-new-deployment",
    f"aws ecs wait services-stable --cluster {CLUSTER} --services {SERVICE}",
]
URN = "urn:pulumi:dev::cloudplatform::random:index/randomPassword:RandomPassword::"
URNS = "\n".join(f"    URN: {URN}{name}" for name in ("cache-token", "database-password", "secrets-jwt-secret"))


OLD, NEW = '{"1": ["AWSCURRENT"]}', '{"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}'


class Project:
    """A copy of what the scripts need, with stand-ins before everything else on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        shutil.copytree(ROOT / "scripts", self.folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for name in (".ci/smoke", "Pulumi.yaml", *(f"Pulumi.{stack}.yaml" for stack in ENVIRONMENTS)):
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        (folder / "bin").mkdir()
        self.programs = Programs(folder / "bin")
        self.venv = self.folder / ".venv/bin"
        self.venv.mkdir(parents=True)

    def stand_in(self, name: str, status: int = 0) -> None:
        """A program of the virtual environment that notes its arguments and ends with a status."""
        program = self.venv / name
        program.write_text(f'#!/usr/bin/env bash\necho "{name} $*" >> "{self.programs.log}"\nexit {status}\n')
        program.chmod(0o755)

    def run(self, script: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "scripts" / script, *arguments],
            env={**os.environ, "PATH": f"{self.programs.folder}:/usr/bin:/bin"},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


# rotate-secrets.sh


@pytest.fixture
def rotating(project: Project) -> Project:
    project.programs.add("pulumi", {"--show-urns": URNS})
    project.programs.add(
        "aws", {"RotationEnabled": "False", "VersionIdsToStages": [OLD, NEW], "get-secret-value": "the-token"}
    )
    return project


@pytest.mark.parametrize(("secret", "name"), [("database", "database-password"), ("jwt", "secrets-jwt-secret")])
def test_a_random_value_is_made_anew_and_the_tasks_after_it(rotating: Project, secret: str, name: str) -> None:
    done = rotating.run("rotate-secrets.sh", "dev", secret)
    assert done.returncode == 0, done.stderr
    update = f"pulumi up --stack dev --target-replace {URN}{name} --target-dependents"
    asked = rotating.programs.asked()
    assert [each for each in asked if "describe-secret" not in each][-3:] == [update, *RESTARTED]


@pytest.mark.parametrize("name", ["database-password", "cache-token", "secrets-jwt-secret"])
def test_the_values_that_it_names_are_in_every_environment(name: str) -> None:
    script = (ROOT / "scripts/rotate-secrets.sh").read_text()
    assert f"renew {name} " in script
    for stack in ENVIRONMENTS:
        assert name in {each.name for each in recorded(stack, True).of("random:index/randomPassword:RandomPassword")}


def test_where_a_function_rotates_the_password_it_is_asked(project: Project) -> None:
    """And the program leaves the value alone. It is done when what the function made is the current version."""
    project.programs.add("aws", {"RotationEnabled": "True", "rotate-secret": "2", "VersionIds": [OLD, OLD, NEW]})
    project.programs.add("sleep", {})
    done = project.run("rotate-secrets.sh", "prod", "database")
    assert done.returncode == 0, done.stdout + done.stderr
    asked = project.programs.asked()
    assert (
        "aws secretsmanager rotate-secret --secret-id /prod/database/credentials --query VersionId --output text"
        in asked
    )
    assert asked.count("sleep 10") == 2
    assert asked[-1].startswith("aws ecs wait services-stable")
    assert not any("pulumi" in each or "update-service" in each for each in asked)


def test_the_old_token_is_refused_only_when_every_task_has_the_new_one(rotating: Project) -> None:
    """Nor does ROTATE begin while a task may have an older one. It never stands on a command line."""
    done = rotating.run("rotate-secrets.sh", "dev", "redis")
    assert done.returncode == 0, done.stdout + done.stderr
    asked = rotating.programs.asked()
    last = (
        "aws elasticache modify-replication-group --replication-group-id cloudplatform-dev-redis --auth-token file://"
    )
    assert asked[-1].startswith(last)
    assert asked[-1].endswith("/token --auth-token-update-strategy SET --apply-immediately")
    restarts = [place for place, each in enumerate(asked) if each == RESTARTED[1]]
    [update] = [place for place, each in enumerate(asked) if "pulumi up" in each]
    assert restarts[0] < update < restarts[1] < len(asked) - 1
    assert "the-token" not in "".join(asked) + done.stdout + done.stderr


def test_keys_come_from_a_file_that_is_deleted(rotating: Project, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text('{"partner": "new"}')
    assert rotating.run("rotate-secrets.sh", "dev", "api-keys", str(keys)).returncode == 0
    put = f"aws secretsmanager put-secret-value --secret-id /dev/app/external-api-keys --secret-string file://{keys}"
    assert rotating.programs.asked() == [put, *RESTARTED]
    assert not keys.exists()


@pytest.mark.parametrize(("arguments", "status"), [(("dev", "api-keys"), 2), (("dev", "other"), 2), (("dev",), 2)])
def test_what_it_does_not_understand_changes_nothing(
    rotating: Project, arguments: tuple[str, ...], status: int
) -> None:
    assert rotating.run("rotate-secrets.sh", *arguments).returncode == status
    assert rotating.programs.asked() == []


def test_a_value_that_the_stack_does_not_have_stops_it(project: Project) -> None:
    project.programs.add("pulumi", {"--show-urns": f"    URN: {URN}cache-token"})
    project.programs.add("aws", {"VersionIdsToStages": OLD})
    done = project.run("rotate-secrets.sh", "dev", "jwt")
    assert done.returncode == 1
    assert "no random value secrets-jwt-secret" in done.stdout
    assert not any("up --stack" in each or "update-service" in each for each in project.programs.asked())


# destroy.sh


def test_an_expendable_stack_is_destroyed_by_its_name(project: Project) -> None:
    project.programs.add("pulumi", {"stack export": '{"deployment": {"resources": []}}'})
    assert project.run("destroy.sh", "dev", given="dev\n").returncode == 0
    assert project.programs.asked() == ["pulumi stack export --stack dev", "pulumi destroy --stack dev"]


def test_what_protects_is_taken_off_first(project: Project) -> None:
    project.programs.add("pulumi", {"stack export": '{"deployment": {"resources": [{"protect": true}]}}'})
    assert project.run("destroy.sh", "dev", given="dev\n").returncode == 0
    assert project.programs.asked()[1:] == [
        "pulumi up --stack dev --policy-pack policy",
        "pulumi destroy --stack dev",
    ]


@pytest.mark.parametrize(
    ("stack", "answer", "said"),
    [
        ("dev", "prod\n", "nothing was done"),
        ("staging", "staging\n", "does not say 'posture: expendable'"),
        ("prod", "prod\n", "does not say 'posture: expendable'"),
        ("shared", "shared\n", "every state"),
    ],
)
def test_what_is_not_to_be_destroyed_is_refused(project: Project, stack: str, answer: str, said: str) -> None:
    project.programs.add("pulumi", {})
    done = project.run("destroy.sh", stack, given=answer)
    assert done.returncode == 1
    assert said in done.stdout
    assert project.programs.asked() == []


# deploy.sh


def test_a_deployment_is_previewed_applied_and_looked_at(project: Project) -> None:
    project.stand_in("python")
    project.programs.add("pulumi", {"stack output": '{"urls": ["https://api.dev.yourname.com"]}'})
    project.programs.add("curl", {"http://": "301", "https://": "200"})
    done = project.run("deploy.sh", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    asked = project.programs.asked()
    assert asked[:2] == ["python -m preview dev", "pulumi up --stack dev --policy-pack policy"]
    assert any("https://api.dev.yourname.com/health" in each for each in asked)


def test_a_stack_that_the_pack_refuses_is_not_deployed(project: Project) -> None:
    project.stand_in("python", status=1)
    project.programs.add("pulumi", {})
    assert project.run("deploy.sh", "dev").returncode == 1
    assert project.programs.asked() == ["python -m preview dev"]


def test_a_deployment_that_does_not_answer_fails(project: Project) -> None:
    project.stand_in("python")
    project.programs.add("pulumi", {"stack output": '{"urls": ["https://api.dev.yourname.com"]}'})
    project.programs.add("curl", {"http": "503"})
    assert project.run("deploy.sh", "dev").returncode == 1


# run-security-scan.sh, setup-local-dev.sh and generate-diagrams.sh


def test_the_scan_asks_the_pack_about_every_stack(project: Project) -> None:
    """Tools that are missing are named; those that are here are asked what CI asks."""
    project.stand_in("python")
    for name in ("shellcheck", "actionlint", "zizmor"):
        project.stand_in(name)
    project.programs.add("semgrep", {})
    done = project.run("run-security-scan.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    previewed = [f"python -m preview {stack} --format json --out /dev/null" for stack in (*ENVIRONMENTS, "shared")]
    asked = project.programs.asked()
    assert asked[:4] == previewed
    assert "semgrep scan --config p/python --severity ERROR --error" in asked
    assert "trivy: left out" in done.stdout
    workflow = (ROOT / ".github/workflows/security-scan.yml").read_text()
    assert "semgrep scan --config p/python --severity ERROR --error" in workflow


def test_a_finding_fails_the_scan_after_the_others_were_asked(project: Project) -> None:
    project.stand_in("python", status=1)
    for name in ("shellcheck", "actionlint", "zizmor"):
        project.stand_in(name)
    done = project.run("run-security-scan.sh")
    assert done.returncode == 1
    assert "these found something: policy pack on dev,policy pack on staging" in done.stdout
    assert any(each.startswith("zizmor") for each in project.programs.asked())


def test_a_machine_is_set_up(project: Project) -> None:
    for name in ("uv", "pre-commit"):
        project.stand_in(name)
    project.programs.add("make", {})
    project.programs.add("docker", {})
    done = project.run("setup-local-dev.sh")
    assert done.returncode == 0, done.stderr
    asked = project.programs.asked()
    assert asked[0] == "make --no-print-directory .venv/.dev"
    assert asked[2:] == ["pre-commit install", "docker compose --file app/docker-compose.yml up --build --detach"]


def test_the_diagrams_are_drawn(project: Project) -> None:
    project.stand_in("python")
    assert project.run("generate-diagrams.sh").returncode == 0
    assert project.programs.asked() == ["python -m docgen --pictures"]
