"""A pipeline's build, run with stand-ins for what it calls; and what the pipeline hands on."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from components.security.buildspec import SNYK, TRIVY, buildspec
from components.security.image_pipeline import ImagePipeline
from tests.ci.lint import shellcheck
from tests.components.examples import built, only
from tests.components.examples.security import image_pipeline_args, image_pipeline_table

PIPELINE, PROJECT = "aws:codepipeline/pipeline:Pipeline", "aws:codebuild/project:Project"
IMAGE = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web:abc123"
#: A stand-in notes how it was called, with what it read, and fails where it is told to.
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\ncase "$(basename "$0") $*" in $FAILS) exit 1;; esac\n'
PASSWORD = "#!/bin/sh\necho password-of-a-minute\n"


def _script() -> str:
    """The commands as CodeBuild runs them: one shell, which ends with the first that fails."""
    spec = json.loads(buildspec(image_pipeline_table()))
    assert list(spec["phases"]) == ["pre_build", "build"]
    return "\n".join(command for phase in spec["phases"].values() for command in phase["commands"])


@pytest.fixture
def run(tmp_path: Path):
    """Runs a build whose calls that match a pattern fail: whether it went well, its calls, and its files."""

    def build(fails: str = "nothing") -> tuple[bool, list[str], dict[str, str]]:
        programs, calls = tmp_path / "bin", tmp_path / "calls"
        programs.mkdir()
        for name in ("docker", "npx", "make"):
            (programs / name).write_text(STAND_IN)
        (programs / "aws").write_text(PASSWORD)
        for each in programs.iterdir():
            each.chmod(0o755)
        given = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "CALLS": str(calls),
            "FAILS": fails,
            "REPOSITORY": IMAGE.rpartition(":")[0],
            "CODEBUILD_RESOLVED_SOURCE_VERSION": "abc123",
            "FOLDER": "web",
            "CONTAINERS": "web worker",
        }
        done = subprocess.run(
            ["bash", "-e", "-c", _script()], env=given, cwd=tmp_path, check=False, capture_output=True
        )
        files = {each.name: each.read_text() for each in tmp_path.glob("imagedefinitions-*.json")}
        return done.returncode == 0, calls.read_text().splitlines(), files

    return build


def test_a_build(run):
    """Every step in its order; each container gets the file that its deploy action reads."""
    well, calls, files = run()
    assert well
    assert calls == [
        "make unit",
        f"docker build --tag {IMAGE} web",
        "make integration",
        f"npx --yes {SNYK} container test {IMAGE} --file=web/Dockerfile --severity-threshold=critical",
        f"docker run --rm --volume /var/run/docker.sock:/var/run/docker.sock {TRIVY} image --no-progress"
        f" --severity CRITICAL --exit-code 1 {IMAGE}",
        f"docker login --username AWS --password-stdin {IMAGE.partition('/')[0]}",
        f"docker push {IMAGE}",
    ]
    assert {name: json.loads(text) for name, text in files.items()} == {
        f"imagedefinitions-{container}.json": [{"name": container, "imageUri": IMAGE}]
        for container in ("web", "worker")
    }


@pytest.mark.parametrize(
    "fails", ["make unit", "make integration", "npx*", "docker run*", "docker login*", "docker push*"]
)
def test_a_step_that_fails_is_the_last(run, fails):
    """Nothing is pushed that a test or a scanner refused, and no deploy action finds a file."""
    well, calls, files = run(fails)
    assert not well
    assert files == {}
    assert "docker push" not in "\n".join(calls[:-1])
    assert calls[-1].startswith(fails.rstrip("*"))


def test_its_shell_is_sound(tmp_path):
    script = tmp_path / "build.sh"
    script.write_text(f"#!/bin/bash\nset -e\n{_script()}\n")
    found = shellcheck(script)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(("canaries", "stages"), [(False, ["Source", "Build", "Deploy"]), (True, ["Source", "Build"])])
def test_whose_failure_is_told(canaries, stages):
    """Of a canary's deployment ECS tells itself: the pipeline does not wait for its end."""
    recording = built(lambda: ImagePipeline("it", image_pipeline_args(canaries=canaries)))
    pattern = json.loads(only(recording, "aws:cloudwatch/eventRule:EventRule")["eventPattern"])
    assert pattern["detail"]["stage"] == stages


def test_a_person_says_yes_where_the_table_asks():
    table = image_pipeline_table(approval=True)
    recording = built(lambda: ImagePipeline("it", image_pipeline_args(table=table, topic=None)))
    stages = only(recording, PIPELINE)["stages"]
    assert [each["name"] for each in stages] == ["Source", "Build", "Approve", "Deploy"]
    assert [each["provider"] for each in stages[2]["actions"]] == ["Manual"]
    assert recording.of("aws:cloudwatch/eventRule:EventRule") == []
    assert only(recording, PROJECT)["environment"]["privilegedMode"] is True
