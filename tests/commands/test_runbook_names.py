"""What runbooks give to the shell: names that the stacks have, and functions that call what they say."""

import json
import re
import subprocess

import pytest

from docgen.runbook_names import variables
from docgen.system_tables import service_id
from preview.lookup import of
from tests.stacks import BLUEPRINT_STACKS, ROOT, recorded

WITH_SERVICES = [stack for stack in BLUEPRINT_STACKS if stack != "web-platform/global"]
#: Stands for the AWS CLI: says what it was called with, a word a line.
AWS = "aws() { printf '%s\\n' \"$@\"; }\n"


def shell(script: str) -> list[str]:
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("stack", WITH_SERVICES)
def test_each_service_is_chosen_with_its_own_log(stack: str) -> None:
    """By the function where there are several, and those whose names follow no pattern too."""
    recording = recorded(stack, True)
    services = {service_id(each): str(each["name"]) for each in of(recording, "ecs.Service")}
    [block] = re.findall(r"(?s)```sh\n(.*?)```", variables({stack.rpartition("/")[2]: recording}))
    choose = [f"service {word}" if len(services) > 1 else ":" for word in services]
    found = shell(block + "\n" + "\n".join(f"{each}; echo $WORD $SERVICE $LOG" for each in choose))
    assert [line.split()[:2] for line in found] == [[word, name] for word, name in services.items()]
    logs = {str(each["name"]) for each in of(recording, "cloudwatch.LogGroup")}
    assert {line.split()[2] for line in found} <= logs
    alarms = [str(each["name"]) for each in of(recording, "cloudwatch.MetricAlarm")]
    prefix = shell(block + "\necho $PREFIX")[0]
    assert all(each.startswith(f"{prefix}-") or each in block for each in alarms)


def test_the_functions_of_an_incident_say_what_they_should() -> None:
    text = (ROOT / "docs/runbooks/incident-response.md").read_text()
    [block] = re.findall(r"(?s)```sh\n(.*?)```", text)
    suspended = shell(f"{AWS}{block}\nscaling true")
    assert suspended[:2] == ["application-autoscaling", "register-scalable-target"]
    assert "service/cloudplatform-prod-ecs-cluster/cloudplatform-prod-ecs-service-fastapi" in suspended
    assert suspended[-1].split(",") == [
        f"{each}Suspended=true" for each in ("DynamicScalingIn", "DynamicScalingOut", "ScheduledScaling")
    ]
    told = shell(f"{AWS}{block}\nrevoke it")
    document = json.loads("\n".join(told[told.index("--policy-document") + 1 :]))
    assert document["Statement"]["Effect"] == "Deny"
    [until] = document["Statement"]["Condition"]["DateLessThan"].values()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", until)


def test_every_task_behind_the_load_balancer_is_asked_for() -> None:
    """`targets` asks for each group by itself: the operation takes one."""
    text = (ROOT / "docs/runbooks/alarms.md").read_text()
    [block] = re.findall(r"(?s)```sh\n(.*?)```", text)
    groups = 'aws() { if [ $2 = describe-target-groups ]; then echo one two; else echo "$2 ${4:-}"; fi; }\n'
    assert shell(f"{groups}{block}\ntargets") == [
        "one", "describe-target-health one", "two", "describe-target-health two",
    ]  # fmt: skip


def test_blocks_of_runbooks_are_bash() -> None:
    for page in [*ROOT.glob("docs/runbooks/*.md"), *ROOT.glob("blueprints/*/docs/runbooks/*.md")]:
        for block in re.findall(r"(?s)```sh\n(.*?)```", page.read_text()):
            plain = re.sub(r"<[a-z ]+>", "it", block)
            done = subprocess.run(["bash", "-n"], input=plain, capture_output=True, text=True, check=False)
            assert done.stderr == "", page
