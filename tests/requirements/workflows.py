"""How the proofs read GitHub's workflows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.stacks import ROOT

FOLDER = ROOT / ".github/workflows"
CREDENTIALS = "aws-actions/configure-aws-credentials"
CHECKOUT, PYTHON = "actions/checkout", "actions/setup-python"
PULUMI, SARIF, TRIVY = "pulumi/actions", "github/codeql-action/upload-sarif", "aquasecurity/trivy-action"
ROLE = "arn:aws:iam::${{ vars.AWS_ACCOUNT }}:role/${{ vars.PROJECT }}-shared-role-"
ENVIRONMENTS = {"dev": "dev", "staging": "staging", "prod": "production"}  #: what GitHub calls them
URLS = {
    "dev": "https://api.dev.yourname.com",
    "staging": "https://api.staging.yourname.com",
    "prod": "https://api.yourname.com",
}
Job = dict[str, Any]
Step = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """YAML as GitHub reads it: `on` is a word and no boolean."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool" or letter not in "oOyYnN"]
    for letter, rows in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Workflows:
    """Every workflow by the name of its file without the ending, parsed."""

    files: Mapping[str, dict[str, Any]]

    def triggers(self, file: str) -> dict[str, Any]:
        """What starts it."""
        return {event: how or {} for event, how in self.files[file]["on"].items()}

    def job(self, file: str, name: str) -> Job:
        return self.files[file]["jobs"][name]

    def jobs(self) -> Iterator[tuple[str, str, Job]]:
        """File, name and job of all jobs."""
        for file, content in self.files.items():
            for name, job in content["jobs"].items():
                yield file, name, job

    def steps(self, file: str, name: str) -> list[Step]:
        return self.job(file, name)["steps"]


def read(text: str) -> dict[str, Any]:
    return yaml.load(text, _Loader)


@cache
def workflows() -> Workflows:
    """Those of this project."""
    return Workflows({file.stem: read(file.read_text()) for file in sorted(FOLDER.glob("*.yml"))})


def uses(step: Step, action: str) -> bool:
    return str(step.get("uses", "")).partition("@")[0] == action


def using(steps: list[Step], action: str) -> Step:
    """The only step with an action."""
    found = [each for each in steps if uses(each, action)]
    assert len(found) == 1, f"{len(found)} steps use {action}"
    return found[0]


def running(steps: list[Step], pattern: str) -> int:
    """The place of the only step whose command matches; it may not be excused when it fails."""
    found = [index for index, each in enumerate(steps) if re.search(pattern, str(each.get("run", "")))]
    assert len(found) == 1, f"{len(found)} steps run {pattern}"
    assert_strict(steps[found[0]])
    return found[0]


def assert_strict(step: Step) -> None:
    """Its failure fails the job."""
    assert "continue-on-error" not in step
    assert "|| true" not in str(step.get("run", ""))


def subjects(file: str, job: Job, triggers: Mapping[str, Any]) -> set[str]:
    """What GitHub's token says of where a job runs, behind `repo:…:` (GitHub docs, OpenID Connect reference)."""
    if environment := job.get("environment"):
        return {f"environment:{environment}"}
    return {"pull_request" if event == "pull_request" else "ref:refs/heads/main" for event in triggers}
