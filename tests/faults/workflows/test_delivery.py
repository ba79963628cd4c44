"""From a push to production: what a deployment does with odd images, odd answers, and while an environment sleeps."""

import json
import re
from pathlib import Path

import pytest

from tests.ci.programs import run
from tests.faults.scripts.cases import (
    AWS_OF_A_DEPLOYMENT,
    ENDED,
    FOUND,
    GITHUB,
    IMAGE,
    NOTHING,
    TAG,
    Around,
    Case,
    definition,
)
from tests.faults.scripts.test_every_call import tried
from tests.faults.table import Fault, fault, faults
from tests.requirements.workflows import PULUMI, running, using, workflows
from tests.stack_files import config

OTHER = "b" * 40
IDLE = '{"services": [{"deployments": []}]}'


def aws(**answers: str) -> dict[str, str]:
    """AWS with some other answers, which come first."""
    return {**answers, **{key: value for key, value in AWS_OF_A_DEPLOYMENT.items() if key not in answers}}  # type: ignore


def deploying(folder: Path, *arguments: str, **answers: str) -> Around:
    return Around(folder, Case(script=".ci/deploy", arguments=arguments, programs={"aws": aws(**answers)}))


@faults(
    "deploy update",
    *(
        Fault(
            name=name,
            broken=f"the image of the service {broken}",
            holds="the next has the tag, nothing else",
            given=given,
        )
        for name, broken, given in (
            ("digest", "has a digest", f"{IMAGE}@sha256:{'0' * 64}"),
            ("both", "has a tag and a digest", f"{IMAGE}:bootstrap@sha256:{'0' * 64}"),
            ("neither", "has neither tag nor digest", IMAGE),
            ("tag", "has a tag", f"{IMAGE}:bootstrap"),
            ("port", "comes from a registry with a port", "localhost:5000/cloudplatform-fastapi"),
        )
    ),
)
def test_an_image_gets_its_tag(tmp_path: Path, fault: Fault) -> None:
    around = deploying(tmp_path, "update", "dev", TAG, **{"describe-task-definition": definition(fault.given)})
    assert tried(around).returncode == 0
    written = json.loads((around.folder / "next.json").read_text())
    wanted = IMAGE if fault.name != "port" else "localhost:5000/cloudplatform-fastapi"
    assert [each["image"] for each in written["containerDefinitions"]] == [f"{wanted}:{TAG}"]


@fault("deploy update", "another container stands before the service's", "only the service's gets the image")
def test_a_sidecar_keeps_its_image(tmp_path: Path) -> None:
    sidecar = {"name": "proxy", "image": "public.ecr.aws/envoy:1.2"}
    answers = {"describe-task-definition": definition(f"{IMAGE}:{OTHER}", sidecar)}
    around = deploying(tmp_path, "update", "dev", TAG, **answers)
    assert tried(around).returncode == 0
    written = json.loads((around.folder / "next.json").read_text())
    assert [each["image"] for each in written["containerDefinitions"]] == [sidecar["image"], f"{IMAGE}:{TAG}"]


@fault("deploy update", "the task definition has no container of the service", "nothing is registered")
def test_without_its_container_nothing_is_registered(tmp_path: Path) -> None:
    answers = {"describe-task-definition": definition().replace('"fastapi"', '"web"')}
    around = deploying(tmp_path, "update", "dev", TAG, **answers)
    assert tried(around).returncode != 0
    assert not any("register" in each for each in around.programs.asked())


@faults(
    "deploy migrate",
    Fault(name="full", broken="Fargate has no room", holds="nothing is deployed, and the reason is told",
          given={"run-task": '{"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}]}'}),
    Fault(name="fails", broken="the migration fails", holds="nothing is deployed, and the reason is told",
          given={"describe-tasks": ENDED.replace('"exitCode": 0', '"exitCode": 1')}),
    Fault(name="killed", broken="the container never ran", holds="nothing is deployed, and the reason is told",
          given={"describe-tasks": ENDED.replace(', "exitCode": 0', "")}),
    Fault(name="gone", broken="the service is not there", holds="nothing runs",
          given={"describe-services": '{"services": []}'}),
)  # fmt: skip
def test_a_migration_that_did_not_end_well_stops_the_deployment(tmp_path: Path, fault: Fault) -> None:
    around = deploying(tmp_path, "migrate", "dev", TAG, **fault.given)
    done = tried(around)
    assert done.returncode != 0
    if "told" in fault.holds:
        assert re.search("RESOURCE:CPU|exited", done.stdout)
    else:
        assert not any("run-task" in each for each in around.programs.asked())


@faults(
    "deploy promote",
    Fault(name="absent", broken="the image is gone", holds="nothing is tagged", given=NOTHING),
    Fault(
        name="troubled",
        broken="ECR names a failure in a good answer",
        holds="nothing is tagged",
        given=json.dumps({"images": [], "failures": [{"failureCode": "KmsError"}]}),
    ),
    Fault(name="empty", broken="ECR answers nothing", holds="nothing is tagged", given=""),
    Fault(
        name="bare",
        broken="the image has no manifest",
        holds="nothing is tagged",
        given=json.dumps({"images": [{"imageId": {"imageDigest": "sha256:1"}}]}),
    ),
)
def test_only_an_image_is_promoted(tmp_path: Path, fault: Fault) -> None:
    """Before, an image that could not be read was equal to a promotion that could not be read, and all was well."""
    around = deploying(tmp_path, "promote", "dev", TAG, **{f"imageTag=dev-{TAG}": NOTHING, "imageTag=": fault.given})
    assert tried(around).returncode != 0
    assert not any("put-image" in each for each in around.programs.asked())


@faults(
    "deploy passed",
    Fault(name="neither", broken="neither image is there", holds="it did not pass", given=(NOTHING, NOTHING)),
    Fault(name="moved", broken="the tag names another image now", holds="it did not pass",
          given=(FOUND, FOUND.replace("sha256:1", "sha256:2"))),
    Fault(name="silent", broken="ECR answers nothing", holds="it did not pass", given=("", "")),
)  # fmt: skip
def test_what_cannot_be_seen_has_not_passed(tmp_path: Path, fault: Fault) -> None:
    passed, wanted = fault.given
    around = deploying(tmp_path, "passed", "staging", TAG, **{f"imageTag=staging-{TAG}": passed, "imageTag=": wanted})
    assert tried(around).returncode != 0


@faults(
    "deploy wait",
    Fault(name="none", broken="the service is not there", holds="it fails", given='{"services": []}'),
    Fault(
        name="idle",
        broken="the service has no deployment",
        holds="it fails",
        given='{"services": [{"deployments": []}]}',
    ),
)
def test_a_service_that_is_not_there_is_not_stable(tmp_path: Path, fault: Fault) -> None:
    around = deploying(tmp_path, "wait", "dev", TAG, **{"describe-services": fault.given})
    assert tried(around).returncode != 0
    assert not any("describe-task-definition" in each for each in around.programs.asked())


@faults(
    "wanted",
    Fault(name="asleep", broken="a push while dev sleeps", holds="nothing is deployed now", given=("0", "push", "")),
    Fault(name="awake", broken="a push comes by day", holds="it is deployed", given=("2", "push", "true")),
    Fault(name="morning", broken="the morning finds what the night left", holds="it is deployed",
          given=("2", "schedule", "true")),
    Fault(name="again", broken="the morning finds what has passed", holds="nothing is deployed",
          given=("2", "schedule", "passed")),
    Fault(name="oversleeps", broken="dev still sleeps in the morning", holds="nothing is deployed now",
          given=("0", "schedule", "")),
    Fault(name="unknown", broken="the service has no count", holds="the run fails", given=("None", "push", "fails")),
)  # fmt: skip
def test_who_sleeps_is_not_deployed_to(tmp_path: Path, fault: Fault) -> None:
    count, event, wanted = fault.given
    answers = {"desiredCount": count, f"imageTag=dev-{TAG}": FOUND if wanted == "passed" else NOTHING}
    around = Around(
        tmp_path, Case(script=".ci/wanted", arguments=("dev", TAG, event), programs={"aws": aws(**answers)})
    )
    done = tried(around)
    if wanted == "fails":
        assert (done.returncode, done.stdout) == (1, "")
    else:
        assert (done.returncode, done.stdout) == (0, f"wanted={'true' if wanted == 'true' else 'false'}\n")


@faults(
    "wake",
    Fault(name="asleep", broken="infrastructure of dev changes while dev sleeps", holds="it is woken first",
          given=("stopped", "None", 0, 2)),
    Fault(name="awake", broken="it changes by day", holds="nothing is started", given=("available", "None", 0, 0)),
    Fault(name="new", broken="it was never deployed", holds="nothing is started", given=("", "None", 0, 0)),
    Fault(name="stays", broken="it cannot be started", holds="nothing is applied",
          given=("stopped", "Unhandled", 1, 1)),
)  # fmt: skip
def test_who_sleeps_is_woken_before_a_change(tmp_path: Path, fault: Fault) -> None:
    """RDS refuses each change of a stopped database, and the update would fail half-way."""
    status, failed, wanted, calls = fault.given
    answers = {"describe-db": status, "lambda invoke": failed}
    around = Around(tmp_path, Case(script=".ci/wake", arguments=("dev",), programs={"aws": answers}))
    (around.folder / "started.json").write_text("{}")
    assert tried(around).returncode == wanted
    assert len(around.programs.asked()) == 1 + calls
    steps = workflows().steps("up", "apply-dev")
    assert running(steps, r'^\.ci/wake "\$STACK"$') < steps.index(using(steps, PULUMI))


@fault("deploy dev", "the schedule and dev's hours drift apart", "it comes while dev is awake, on its days")
def test_the_morning_comes_after_dev_wakes() -> None:
    hours = config("dev")["cloudplatform:hours"]
    [schedule] = workflows().triggers("deploy-dev")["schedule"]
    minute, hour, *_, days = schedule["cron"].split()
    local = int(hour) + hours["offset"] + int(minute) / 60
    start, stop = (int(hours[word].split(":")[0]) for word in ("start", "stop"))
    assert start + 0.5 <= local < stop - 1  # the database takes a while
    assert days == "MON-FRI"


@faults(
    "which",
    Fault(name="none", broken="the run before handed on no image", holds="no tag", given=("0", TAG, "tag=\n")),
    Fault(name="some", broken="the run before handed on an image", holds="its tag", given=("1", TAG, f"tag={TAG}\n")),
    Fault(name="words", broken="what was handed on is none", holds="the run fails", given=("1", "latest; x", None)),
    Fault(name="two", broken="what was handed on is more than a commit", holds="the run fails",
          given=("1", f"{TAG}{TAG}", None)),
)  # fmt: skip
def test_what_the_run_before_handed_on(tmp_path: Path, fault: Fault) -> None:
    count, text, output = fault.given
    case = Case(script=".ci/which", arguments=("run", "5"), programs={"gh": {"artifacts": count}}, variables=GITHUB)
    around = Around(tmp_path, case)
    (around.folder / "image/tag").write_text(f"{text}\n")
    done = tried(around)
    assert (done.returncode, done.stdout) == ((0, output) if output else (1, ""))


@fault("which", "no run of the workflow was good yet", "no tag, no failure")
def test_before_the_first_image(tmp_path: Path) -> None:
    programs = {"gh": {"run list": ""}}
    around = Around(tmp_path, Case(script=".ci/which", arguments=("newest", "x"), programs=programs, variables=GITHUB))
    done = tried(around)
    assert (done.returncode, done.stdout) == (0, "tag=\n")


@pytest.mark.parametrize("status", [22, 28, 6])
@fault("slack", "Slack refuses, is silent, or is not found", "the run warns, and staging is reached")
def test_slack_stops_no_delivery(tmp_path: Path, status: int) -> None:
    around = Around(tmp_path, Case(script=".ci/slack", programs={}))
    curl = around.programs.folder / "curl"
    curl.write_text(f"#!/usr/bin/env bash\ncat > /dev/null\nexit {status}\n")
    curl.chmod(0o755)
    done = run(around.programs, around.folder / ".ci/slack", "text", SLACK_WEBHOOK="https://hooks.example", **GITHUB)
    assert done.returncode == 0
    assert done.stdout.startswith("::warning::Slack was not told: text")


@fault("deploy staging", "dev deployed nothing", "staging begins only where an image was handed on")
def test_staging_follows_an_image() -> None:
    """The run for dev is a success then, so its conclusion alone would not do."""
    steps = workflows().steps("deploy-dev", "deploy")
    handed = running(steps, r'^mkdir image && echo "\$TAG" > image/tag$')
    assert running(steps, r"\.ci/deploy promote") < handed
    assert steps[handed + 1]["with"] == {"name": "image", "path": "image"}
    assert not any("upload-artifact" in str(each.get("uses")) for each in workflows().steps("deploy-dev", "which"))
