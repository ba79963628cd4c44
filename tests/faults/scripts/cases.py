"""What each script is run with when all is well: the programs that it asks, and their answers."""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.ci.programs import Programs
from tests.stacks import ROOT

TAG = "a" * 40
IMAGE = "1.dkr.ecr.us-east-1.amazonaws.com/cloudplatform-fastapi"
OLD, NEW = '{"1": ["AWSCURRENT"]}', '{"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}'
URN = "urn:pulumi:dev::cloudplatform::random:index/randomPassword:RandomPassword::"
URNS = "\n".join(f"    URN: {URN}{name}" for name in ("cache-token", "database-password", "secrets-jwt-secret"))
FOUND = json.dumps({"images": [{"imageId": {"imageDigest": "sha256:1"}, "imageManifest": "{}"}]})
NOTHING = json.dumps({"images": [], "failures": [{"failureCode": "ImageNotFound"}]})
FULL = '{"deployment": {"resources": [{"urn": "x"}]}}'
RECORDING = json.dumps(
    {
        "deployment": {
            "resources": [
                {"urn": "x::bucket-state-bucket", "type": "aws:s3/bucket:Bucket", "inputs": {"bucket": "states"}},
                {"urn": "x::topic", "type": "aws:sns/topicPolicy:TopicPolicy", "inputs": {"policy": "{}"}},
            ]
        }
    }
)
#: `python -m preview … --format recording --out FILE`.
PREVIEW = f"""#!/usr/bin/env bash
[[ "$*" != *"--format recording"* ]] || echo '{RECORDING}' > "${{@: -1}}"
"""
GITHUB = {"GITHUB_REPOSITORY": "o/r", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7"}


def definition(image: str = f"{IMAGE}:{TAG}", *others: Mapping[str, str]) -> str:
    """A task definition with the service's container, and others before it."""
    containers = [*others, {"name": "fastapi", "image": image}]
    return json.dumps({"taskDefinition": {"family": "f", "revision": 3, "containerDefinitions": containers}})


DEPLOYED = [{"status": "PRIMARY", "taskDefinition": "arn:now"}]
SERVICE = json.dumps({"services": [{"deployments": DEPLOYED, "networkConfiguration": {"awsvpcConfiguration": {}}}]})
ENDED = json.dumps({"tasks": [{"containers": [{"name": "fastapi", "exitCode": 0}], "stoppedReason": "exited"}]})
AWS_OF_A_DEPLOYMENT: Mapping[str, str | Sequence[str]] = {
    "desiredCount": "2",
    "describe-services": SERVICE,
    "describe-task-definition": definition(),
    "register-task-definition": "arn:new",
    "run-task": '{"tasks": [{"taskArn": "arn:task/c/1"}], "failures": []}',
    "describe-tasks": ENDED,
    f"imageTag=dev-{TAG}": NOTHING,
    f"imageTag=staging-{TAG}": FOUND,
    "imageTag=dev": NOTHING,
    "imageTag=": FOUND,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A script with its arguments, and what stands around it."""

    script: str
    arguments: Sequence[str] = ()
    programs: Mapping[str, Mapping[str, str | Sequence[str]]]
    given: str = ""  #: what a person types
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As it is called."""
        return " ".join((self.script.removeprefix("scripts/").removeprefix(".ci/"), *self.arguments)).replace(
            TAG, "TAG"
        )


def rotation(secret: str, **answers: str | Sequence[str]) -> Case:
    """rotate-secrets.sh, where no function rotates unless the answers say so."""
    asked = {"RotationEnabled": "False", "VersionIdsToStages": [OLD, NEW], "get-secret-value": "the-token", **answers}
    return Case(
        script="scripts/rotate-secrets.sh",
        arguments=("dev", secret, *(["keys.json"] if secret == "api-keys" else [])),
        programs={"aws": asked, "pulumi": {"--show-urns": URNS}, "sleep": {}},
    )


def step(*arguments: str) -> Case:
    """A step of a deployment."""
    return Case(script=".ci/deploy", arguments=arguments, programs={"aws": AWS_OF_A_DEPLOYMENT})


ARTIFACTS = {"run list": "5", "artifacts": "1", "run download": ""}
CASES = [
    rotation("database"),
    rotation("database", **{"RotationEnabled": "True", "rotate-secret": "2"}),
    rotation("redis"),
    rotation("jwt"),
    rotation("api-keys"),
    Case(
        script="scripts/deploy.sh",
        arguments=("dev",),
        programs={"pulumi": {"stack output": '{"urls": ["https://x"]}'}, "curl": {"http://": "301", "https://": "200"}},
    ),
    Case(script="scripts/destroy.sh", arguments=("dev",), given="dev\n", programs={"pulumi": {"export": FULL}}),
    Case(
        script=".ci/bootstrap",
        arguments=("us-east-1",),
        programs={"aws": {"list-buckets": "[]"}, "pulumi": {"stack ls": "[]", "stack export": ["{}", FULL]}},
    ),
    step("awake", "dev"),
    step("migrate", "dev", TAG),
    step("update", "dev", TAG),
    step("wait", "dev", TAG),
    step("quiet", "dev"),
    step("promote", "dev", TAG),
    step("passed", "staging", TAG),
    Case(script=".ci/wake", arguments=("dev",), programs={"aws": {"describe-db": "stopped", "lambda invoke": "None"}}),
    Case(script=".ci/wanted", arguments=("dev", TAG, "schedule"), programs={"aws": AWS_OF_A_DEPLOYMENT}),
    Case(script=".ci/which", arguments=("run", "5"), programs={"gh": ARTIFACTS}, variables=GITHUB),
    Case(script=".ci/which", arguments=("newest", "x.yml"), programs={"gh": ARTIFACTS}, variables=GITHUB),
    Case(script=".ci/smoke", arguments=("https://x",), programs={"curl": {"http://": "301", "https://": "200"}}),
    Case(script=".ci/comment", arguments=("put", "5", "c.md"), programs={"gh": {"--paginate": "[]"}}, variables=GITHUB),
    Case(script=".ci/validate-policies", arguments=("dev",), programs={"aws": {"validate-policy": '{"findings": []}'}}),
]


KEPT = Path(tempfile.mkdtemp(prefix="scripts-"))  #: what jq answered, by case; and the scripts
atexit.register(shutil.rmtree, KEPT, ignore_errors=True)


@cache
def scripts() -> Path:
    """One copy of the scripts. Each project has links to its files: to make thirty takes longer than to run one."""
    folder = KEPT / "scripts of all"
    for name in ("scripts", ".ci"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


class Around:
    """A copy of the scripts in a project of their own, with stand-ins before everything else on PATH."""

    def __init__(self, folder: Path, case: Case) -> None:
        self.folder, self.case = folder / "project", case
        shutil.copytree(scripts(), self.folder, copy_function=os.link)
        for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
            shutil.copy(ROOT / name, self.folder)
        bin_ = self.folder / "bin"
        bin_.mkdir()
        self.programs = Programs(bin_)
        self.programs.keep_jq(KEPT / case.name.replace("/", " "))
        for name, answers in case.programs.items():
            self.programs.add(name, answers)
        venv = self.folder / ".venv/bin"
        venv.mkdir(parents=True)
        (venv / "python").write_text(PREVIEW)
        (venv / "python").chmod(0o755)
        self.fresh()

    def fresh(self) -> None:
        """The files that a script is given."""
        (self.folder / "keys.json").write_text('{"partner": "new"}')
        (self.folder / "c.md").write_text("words")
        (self.folder / "image").mkdir(exist_ok=True)
        (self.folder / "image/tag").write_text(f"{TAG}\n")
