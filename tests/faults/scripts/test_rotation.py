"""rotate-secrets.sh says that it is done only when it is, and a run that stopped can be repeated."""

from pathlib import Path

import pytest

from tests.ci.programs import THROTTLED
from tests.faults.scripts.cases import NEW, OLD, Around, rotation
from tests.faults.scripts.test_every_call import tried
from tests.faults.table import Fault, fault, faults

SCRIPT = "rotate-secrets.sh"


@faults(
    SCRIPT,
    Fault(name="throttled", broken="AWS does not say whether a function rotates the password", holds="no way is taken"),
    Fault(name="unknown", broken="AWS says something else than yes and no", holds="no way is taken", given="null"),
    Fault(name="empty", broken="AWS says nothing", holds="no way is taken", given=""),
)
def test_no_way_is_taken_blindly(tmp_path: Path, fault: Fault) -> None:
    """In prod the program's way is forbidden: it renews nothing there, since the program leaves the password alone."""
    around = Around(tmp_path, rotation("database", RotationEnabled=fault.given or ""))
    if fault.given is None:
        around.programs.fail(0, THROTTLED)
    assert tried(around).returncode != 0
    assert len(around.programs.asked()) == 1


@faults(
    SCRIPT,
    *(
        Fault(
            name=secret,
            broken=f"the update of {secret} changes nothing, as where the field is ignored",
            holds="it fails, and no task is started anew for nothing",
        )
        for secret in ("database", "redis", "jwt")
    ),
)
def test_an_update_that_renews_nothing_is_a_failure(tmp_path: Path, fault: Fault) -> None:
    around = Around(tmp_path, rotation(fault.name, VersionIdsToStages=[OLD, OLD]))
    done = tried(around)
    assert done.returncode == 1
    assert "nothing was renewed" in done.stdout
    assert "aws secretsmanager describe-secret" in around.programs.asked()[-1]


@fault(SCRIPT, "a function's rotation does not end", "after a quarter of an hour it fails and says where to look")
def test_a_rotation_that_does_not_end_is_a_failure(tmp_path: Path) -> None:
    answers = {"RotationEnabled": "True", "rotate-secret": "2", "VersionIdsToStages": OLD}
    around = Around(tmp_path, rotation("database", **answers))
    done = tried(around)
    assert done.returncode == 1
    assert "its log says why" in done.stdout
    assert around.programs.asked().count("sleep 10") == 89


@fault(SCRIPT, "the look at a rotation is throttled half-way", "it does not say that it is done")
def test_a_look_that_fails_is_no_success(tmp_path: Path) -> None:
    answers = {"RotationEnabled": "True", "rotate-secret": "2", "VersionIdsToStages": [OLD, NEW]}
    around = Around(tmp_path, rotation("database", **answers))
    around.programs.fail(4, THROTTLED)  # the second look, after a pause
    done = tried(around)
    assert done.returncode != 0
    assert "goes on in AWS" in done.stdout


@fault(
    SCRIPT, "the restart after a new token failed, and it is run again", "tasks change over before a third token comes"
)
def test_a_second_token_waits_for_the_tasks(tmp_path: Path) -> None:
    """The cache takes two tokens: a third one drops the first, which tasks that were not restarted still use."""
    around = Around(tmp_path, rotation("redis"))
    assert tried(around).returncode == 0
    whole = around.programs.asked()
    [update] = [place for place, each in enumerate(whole) if each.startswith("pulumi up")]
    [after] = [place for place, each in enumerate(whole) if "services-stable" in each and place > update]
    around.programs.again()
    around.programs.fail(after, THROTTLED)
    assert tried(around).returncode != 0
    around.programs.again()
    assert tried(around).returncode == 0
    asked = around.programs.asked()
    assert "services-stable" in asked[2]
    assert not any("pulumi up" in each for each in asked[:3])


@fault(SCRIPT, "the secret with the token is empty", "the cache is told nothing")
def test_an_empty_token_is_not_set(tmp_path: Path) -> None:
    around = Around(tmp_path, rotation("redis", **{"get-secret-value": ""}))
    assert tried(around).returncode == 1
    assert not any("elasticache" in each for each in around.programs.asked())


@fault(SCRIPT, "the restart after new API keys fails", "their file is there for the next run")
def test_keys_outlive_a_failed_restart(tmp_path: Path) -> None:
    around = Around(tmp_path, rotation("api-keys"))
    around.programs.fail(1, THROTTLED)
    assert tried(around).returncode != 0
    assert (around.folder / "keys.json").exists()
    around.programs.again()
    assert tried(around).returncode == 0
    assert not (around.folder / "keys.json").exists()


@pytest.mark.parametrize("text", ["", "{", "not json", "[1]", "{} {}"])
@fault(SCRIPT, "the file with API keys is no JSON", "the secret is left alone")
def test_keys_that_nobody_can_read_are_not_written(tmp_path: Path, text: str) -> None:
    around = Around(tmp_path, rotation("api-keys"))
    (around.folder / "keys.json").write_text(text)
    done = tried(around)
    assert (done.returncode, around.programs.asked()) == (2, [])


@fault(SCRIPT, "the secret never had a value", "it is said, and nothing is renewed")
def test_a_secret_without_a_version(tmp_path: Path) -> None:
    around = Around(tmp_path, rotation("jwt", VersionIdsToStages="{}"))
    assert tried(around).returncode != 0
    assert len(around.programs.asked()) == 1
