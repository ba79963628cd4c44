"""The policy configuration of a preview: levels, profiles and what is refused, as the CLI reads it."""

import json
from pathlib import Path

import pytest

from preview import cli
from tests.preview.samples import stack_file

OPEN = 'config:\n  aws:region: us-east-1\n  sample:open: "yes"\n'


def policies(project: Path, settings: object) -> str:
    file = project / "policies.json"
    file.write_text(settings if isinstance(settings, str) else json.dumps(settings))
    return str(file)


def test_levels_are_configured_by_the_file_that_the_cli_takes(project, capsys):
    moved = {"enforcementLevel": "mandatory", "rules": ["store-at-rest"]}
    settings = {"all": "advisory", "encrypt-at-rest-graph": {"off": ["store-at-rest"]}}
    given = policies(project, {**settings, "encrypt-at-rest-advice-graph": moved, "budget-advice": "mandatory"})
    dear = stack_file(project, f'{OPEN}  sample:dear: "12.9"\n')
    assert cli.main(["open", "--config-file", dear, "--policy-pack-config", given, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert "database-tls" in {note["rule"] for note in found["advisories"]}
    assert {note["rule"] for note in found["violations"]} == {"store-at-rest", "over-budget"}
    # Whatever else is configured, the pack is told what the preview computed.
    [over] = [note["message"] for note in found["violations"] if note["rule"] == "over-budget"]
    assert (found["costs"]["total"], found["costs"]["budget"], found["costs"]["over_budget"]) == (12.91, 12.9, True)
    assert over == "all allows 12.90 USD a month: the stack costs 12.91, 0.01 more (`limitAmount`)."


def test_a_configuration_by_which_less_is_asked_is_refused(project, capsys):
    for settings in ({"all": "disabled"}, {"recorder": "disabled"}, {"encrypt-at-rest-graph": "disabled"}):
        assert cli.main(["open", "--policy-pack-config", policies(project, settings)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "disabled" in err or "nobody asks: " in err


def test_the_profile_of_the_stack_or_the_environment_judges(project, capsys, monkeypatch):
    monkeypatch.delenv("GUARD_PROFILE", raising=False)
    assert cli.main(["dev"]) == 0
    assert "judged by the baseline profile" in capsys.readouterr().out
    assert cli.main(["dev", "--config-file", stack_file(project, "config:\n  guard:profile: protected\n")]) == 1
    out = capsys.readouterr().out
    assert "judged by the protected profile" in out
    assert "blocked by 1 violation" in out
    assert "log-group-deletion-protection" in out
    monkeypatch.setenv("GUARD_PROFILE", "strict")
    cli.main(["dev", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["profile"] == "strict"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"encrypt-at-res": "advisory"}, "there is no policy encrypt-at-res; did you mean encrypt-at-rest?"),
        ({"all": "low"}, "all: there is no level low; use one of"),
        ("{", "Expecting property name"),
    ],
)
def test_a_policy_configuration_with_a_mistake_is_refused(project, capsys, settings, problem):
    assert cli.main(["dev", "--policy-pack-config", policies(project, settings)]) == 2
    assert problem in capsys.readouterr().err


def test_a_policy_configuration_that_is_not_there_is_refused(project, capsys):
    assert cli.main(["dev", "--policy-pack-config", "none.json"]) == 2
    assert "none.json cannot be read: No such file or directory" in capsys.readouterr().err
