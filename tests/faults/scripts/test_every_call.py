"""Every script, with each of its calls failing once: it stops there, says so by its status, and can be run again."""

import itertools
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.ci.programs import NO_REGION, REFUSED, THROTTLED, Failure, run
from tests.faults.scripts.cases import CASES, Around, Case
from tests.faults.table import fault
from tests.stacks import ROOT

HOW = {"throttles": THROTTLED, "refuses": REFUSED, "has no region": NO_REGION}
#: Scripts that ask no program which can fail for a while: they read files, or start others whose status is theirs.
WITHOUT = {"base-images", "changed", "run", "slack", "generate-diagrams.sh", "run-security-scan.sh"}
WITHOUT |= {"systems", "chromium", "mysql", "nginx", "provider-check", "setup-local-dev.sh"}


def tried(around: Around) -> subprocess.CompletedProcess[str]:
    """The script, run in the copy."""
    case = around.case
    script = around.folder / case.script
    return run(around.programs, script, *case.arguments, given=case.given, **case.variables)


def calls(around: Around) -> list[str]:
    """What was asked; a temporary folder has another name each time."""
    return [re.sub(r"(file://|--file )/\S+/", r"\1", each) for each in around.programs.asked()]


@cache
def all_calls(case: Case) -> list[str]:
    """What the script asks where no call fails."""
    with tempfile.TemporaryDirectory() as folder:
        around = Around(Path(folder), case)
        done = tried(around)
        assert done.returncode == 0, done.stdout + done.stderr
        found = calls(around)
    assert found
    return found


EACH = [
    pytest.param(
        case,
        failure,
        id=f"{case.name}, {how}",
        marks=fault(case.name, f"the CLI {how}, at each call in turn", "it stops there; the next run does it all"),
    )
    for case in CASES
    for how, failure in HOW.items()
]


@pytest.mark.parametrize(("case", "failure"), EACH)
def test_a_call_that_fails_is_the_last_one(tmp_path: Path, case: Case, failure: Failure) -> None:
    """Neither is a branch taken because of it, nor does anything that follows happen."""
    around, whole = Around(tmp_path, case), all_calls(case)
    for place in range(len(whole)):
        around.programs.again()
        around.fresh()
        around.programs.fail(place, failure)
        done = tried(around)
        asked = calls(around)
        assert done.returncode != 0, f"{whole[place]} failed and nobody knows: {done.stdout}"
        assert asked == whole[: place + 1], f"after {whole[place]} had failed"
    around.programs.again()
    assert tried(around).returncode == 0
    assert calls(around) == whole


def test_every_script_is_among_them() -> None:
    """A script that is added is tried too."""
    names = {each.name for each in itertools.chain((ROOT / ".ci").iterdir(), (ROOT / "scripts").glob("*.sh"))}
    assert {Path(case.script).name for case in CASES} | WITHOUT == names
