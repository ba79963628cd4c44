"""docs/workbench.md: each of its commands shows what its row says, on stacks that all tests share."""

import json
import re
import shlex
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from costs import cli as costs_cli
from costs.estimate import estimate
from costs.usage import assumed
from differences import cli as differences_cli
from preview import against, cli, engine, revisions
from preview.document import document
from preview.engine import Previewed
from preview.pack import ask
from preview.stack import ProjectStack
from preview.verdict import PackVerdict
from tests.stacks import ROOT, recorded

ROWS: Final = re.findall(r"(?m)^\| ([^|]+) \| `([^`]+)` \| ", (ROOT / "docs/workbench.md").read_text())
DEV: Final = (ROOT / "Pulumi.dev.yaml").read_text()
MAINS: Final[dict[str, Callable[[list[str]], int]]] = {
    "preview": cli.main,
    "check": lambda words: cli.main(["--check", *words]),
    "diff": differences_cli.main,
    "costs": costs_cli.main,
}


@cache
def judged() -> PackVerdict:
    """What the pack says of dev."""
    return ask(recorded("dev", False), date(2026, 3, 1))


def previewed(stack: ProjectStack) -> Previewed:
    recording = recorded("dev", True)
    if stack.file.name == "unpriced.yaml":
        database = next(each for each in recording.resources.values() if each.type == "aws:rds/instance:Instance")
        large = replace(database, inputs={**database.inputs, "instanceClass": "db.x9.large"})
        recording = replace(recording, resources={**recording.resources, database.urn: large})
    found = document(
        recorded("dev", False), judged(), update=recording, estimated=estimate(recording, assumed(ROOT, "dev"))
    )
    return Previewed(stack, recorded("dev", False), recording, found)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write to; what records a stack gives what was recorded."""
    for stack, known in (("dev", False), ("dev", True), ("prod", True), ("staging", True)):
        recorded(stack, known)
    (tmp_path / "unpriced.yaml").write_text(DEV)
    (tmp_path / "mistaken.yaml").write_text(DEV.replace("posture:", "postur:", 1))

    def previews(stacks: Iterable[ProjectStack], **_: Any) -> Iterable[Previewed]:
        return map(previewed, stacks)

    def no_connection(*_: object) -> None:
        raise AssertionError("a connection is opened")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "previews", previews)
    monkeypatch.setattr(engine, "run", lambda stack, known=False: recorded(stack.name, known))
    monkeypatch.setattr(differences_cli, "run", lambda stack, known: recorded(stack.name, known))
    monkeypatch.setattr(against, "record_at", lambda *_: recorded("staging", True))
    monkeypatch.setattr(revisions, "commit_of", lambda *_: "a")
    monkeypatch.setattr(
        costs_cli, "estimated", lambda stack, _folder: estimate(recorded(stack, True), assumed(ROOT, stack))
    )
    monkeypatch.setattr(socket.socket, "connect", no_connection)
    return tmp_path


def ran(command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status of a command, and what it prints."""
    if command.startswith("head "):
        return 0, DEV.partition("\n")[0]
    word, *rest = shlex.split(command.removeprefix("NO_COLOR=1 ").removeprefix("./cloudplatform "))
    status = MAINS[word]([*rest, "--project", str(ROOT)])
    out, err = capsys.readouterr()
    return status, out + err


#: What is looked for, by feature: the exit status, and what is printed.
SHOWN: Final = {
    "works without an account": (0, r"^cloudplatform dev  ✔ may be deployed"),
    "works without a network": (0, r"^cloudplatform dev  ✔ may be deployed"),
    "resources as a tree, by component": (0, r"Components\n +compute\n +├── (?s:.*)── database-instance  rds\.Inst"),
    "the pack's findings beside resources": (0, r"path /health  ⚠ target-group-plain\n"),
    "exemptions of a resource, with reason and end": (
        0,
        r"Exempt\n +sg-to-sg-only\n(?s:.*) — platform-team, decided in\s+docs/decisions/ADR-009",
    ),
    "what it costs a month, with and without use": (
        0,
        r"A month +\d+\.\d\d USD .*: \d+\.\d\d for what is\s+there, \d+\.\d\d for use",
    ),
    "a budget for each environment, with an exit status": (1, r"Of the budget `█+` \d+% of 120\.00, \d+\.\d\d over it"),
    "what has no price is named, never 0": (0, r"No price known +RDS: rds\.postgres\.db\.x9\.large\.single_az"),
    "how old prices are, and where they are from": (0, r'"prices_of": "2026-11-21"'),
    "who may talk to whom, as a matrix": (0, r"Exposure\n +internet +→ load-balancer: 80, 443\n +fastapi +→ cache"),
    "reachability, with the rule that blocks": (1, r"internet .*database.*5432"),
    "a picture: VPC, tiers, zones, subnets": (0, ""),
    "same input, same bytes": (0, r'"stack": "dev"'),
    "what differs between two stacks": (0, r"^dev → prod\n(?s:.*)\nSettings\n(?s:.*)\nMoney\n(?s:.*)\nResources\n"),
    "what differs in IAM, by statement": (0, r"Statements of IAM\n  [-+] [\w-]+: Deny [\w:]+"),
    "a report in one HTML file": (0, ""),
    "Markdown for a pull request, within GitHub's limit": (0, r"^\| stack \| verdict \|(?s:.*)against dev at main"),
    "JSON with a schema": (0, r'"version": \d'),
    "SARIF and JUnit": (0, ""),
    "mistakes with file, line and column": (2, r"mistaken\.yaml:\d+:\d+ .*posture"),
    "the editor completes the settings": (0, r"^# yaml-language-server: \$schema=settings/schema\.json$"),
    "plain text, without colour": (0, r"^cloudplatform dev"),
}


def test_every_feature_has_its_row() -> None:
    assert [feature for feature, _ in ROWS] == list(SHOWN)
    assert len(ROWS) == 22


@pytest.mark.parametrize(("feature", "command"), ROWS)
def test_a_command_shows_what_its_row_says(
    feature: str, command: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    status, out = ran(command, capsys)
    wanted, pattern = SHOWN[feature]
    assert status == wanted, out
    assert re.search(pattern, out), out
    assert "\x1b" not in out
    if feature == "same input, same bytes":
        assert ran(command, capsys) == (status, out)
    if feature == "JSON with a schema":
        jsonschema.validate(json.loads(out), json.loads((ROOT / "preview/schema.json").read_text()))
    if feature.startswith("Markdown"):
        assert len(out) < 65_536
    for name, begins in (("picture.svg", "<svg"), ("report.html", "<!DOCTYPE html>"), ("report.xml", "<")):
        if name in command:
            assert (here / name).read_text().startswith(begins)
    if "report.sarif" in command:
        assert json.loads((here / "report.sarif").read_text())["version"] == "2.1.0"
