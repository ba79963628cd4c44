"""The bootstrap, stopped between any two of its steps and begun again, against a Pulumi and an AWS that remember."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.ci.programs import BASH, run
from tests.faults.scripts.cases import RECORDING, Around, Case
from tests.faults.table import fault

#: Backends are folders, a stack in them a file with how many resources it knows of; AWS is the file `aws`. It dies
#: before or after the effect of the call whose number is in `dies`.
PULUMI = r"""#!{bash}
set -euo pipefail
cd "{world}"
count() {{ local text; read -r text < "$1"; printf %s "$text"; }}
echo "$*" >> log
mapfile -t asked < log
n=${{#asked[@]}} dies=none backend=local
read -r dies < dies
[ "$dies" != "before $n" ] || exit 1
[ ! -e backend ] || read -r backend < backend
stack=$backend/shared
case "$*" in
  'login --local') echo local > backend; [ -d local ] || mkdir local ;;
  'login s3://states?region=us-east-1') echo s3 > backend; [ -e aws ] || exit 1; [ -d s3 ] || mkdir s3 ;;
  'stack ls --json') if [ -e "$stack" ]; then echo '[{{"name": "shared"}}]'; else echo '[]'; fi ;;
  'stack init shared'*) [ ! -e "$stack" ] || exit 1; echo 0 > "$stack" ;;
  'up '*)
    [ "$(count "$stack")" = 3 ] || [ ! -e aws ] || [ "$(count "$stack")" != 0 ] || {{ echo again >> twice; exit 1; }}
    [ "$backend" != local ] || [ ! -s s3/shared ] || [ "$(count s3/shared)" = 0 ] || echo stale >> twice
    echo 3 > "$stack"; echo 3 > aws ;;
  'stack change-secrets-provider'*) [ -e aws ] ;;
  'stack export'*) case $(count "$stack") in
      0) echo '{{"deployment": {{"resources": []}}}}' ;;
      3) echo '{{"deployment": {{"resources": [0, 1, 2]}}}}' ;;
    esac > "${{@: -1}}" ;;
  'stack import'*) jq '.deployment.resources | length' "${{@: -1}}" > "$stack" ;;
  'preview '*) [ "$(count "$stack")" = "$(count aws)" ] ;;
  *) exit 9 ;;
esac
[ "$dies" != "after $n" ] || exit 1
"""
AWS = """#!{bash}
if [ -e "{world}/aws" ]; then echo '["other", "states"]'; else echo '["other"]'; fi
"""
STEPS = 12  #: calls of Pulumi in a first run


class World:
    """The scripts, and what they change."""

    def __init__(self, folder: Path) -> None:
        self.around = Around(folder, Case(script=".ci/bootstrap", programs={}))
        self.place = folder / "world"
        self.place.mkdir()
        (self.place / "log").touch()
        for name, text in (("pulumi", PULUMI), ("aws", AWS)):
            program = self.around.programs.folder / name
            program.write_text(text.format(bash=BASH, world=self.place))
            program.chmod(0o755)

    def run(self, dies: str = "none") -> subprocess.CompletedProcess[str]:
        """The script; the call that `dies` names is the last one."""
        (self.place / "dies").write_text(f"{dies}\n")
        (self.place / "log").write_text("")
        return run(self.around.programs, self.around.folder / ".ci/bootstrap", "us-east-1")

    def read(self, name: str) -> str:
        """What a file of the world says."""
        file = self.place / name
        return file.read_text().strip() if file.exists() else ""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_first_run(world: World) -> None:
    """What the tests below rely on: the state is where it belongs, and this many calls led there."""
    done = world.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (world.read("s3/shared"), world.read("aws"), world.read("twice")) == ("3", "3", "")
    assert world.read("log").count("\n") + 1 == STEPS


@pytest.mark.parametrize(
    ("when", "step"),
    [
        pytest.param(
            when,
            step,
            id=f"{when} {step}",
            marks=fault(
                "bootstrap", f"it dies {when} its call {step} of Pulumi", "the next run ends it, makes nothing twice"
            ),
        )
        for when in ("before", "after")
        for step in range(1, STEPS + 1)
    ],
)
def test_it_goes_on_where_it_stopped(world: World, when: str, step: int) -> None:
    """The state with all resources is in the bucket; nothing was created again, and no stale state was updated."""
    assert world.run(f"{when} {step}").returncode != 0
    done = world.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (world.read("s3/shared"), world.read("twice")) == ("3", "")


@fault("bootstrap", "it is run again after it succeeded", "the old state on the disk is not touched")
def test_a_second_run_changes_nothing(world: World) -> None:
    world.run()
    assert world.run().returncode == 0
    assert not any(word in world.read("log") for word in ("up ", "import", "init", "--local"))


@fault("bootstrap", "it goes on with another machine, which has no state", "it is refused, and nothing is made twice")
def test_another_machine_does_not_begin_again(world: World) -> None:
    """The bucket is there and its state is not: only the first machine knows what was made."""
    assert world.run("after 6").returncode != 0
    assert world.read("aws") == "3"
    (world.place / "local/shared").unlink()
    done = world.run()
    assert done.returncode == 1
    assert "go on where this was begun" in done.stdout
    assert world.read("twice") == ""


@fault("bootstrap", "AWS answers no JSON", "nothing is made")
def test_nonsense_is_no_answer(world: World) -> None:
    (world.around.programs.folder / "aws").write_text("#!/usr/bin/env bash\necho '<html>'\n")
    assert world.run().returncode != 0
    assert world.read("log") == ""


def test_the_recording_names_the_bucket() -> None:
    """The stand-in's is as the real one: the logical name of the shared stack's bucket of states."""
    [bucket] = [each for each in json.loads(RECORDING)["deployment"]["resources"] if "state-bucket" in each["urn"]]
    assert bucket["urn"].endswith("::bucket-state-bucket")
