"""`./cloudplatform diff`: what it reads, and what it says of what it cannot compare, with status 2."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from commands.cli import COMMANDS
from differences import cli, sides
from preview.document import document, written
from preview.revisions import record_at
from preview.stack import PreviewError
from preview.verdict import PackVerdict
from tests.preview import samples
from tests.preview.conftest import recorded as recorded  # noqa: PLC0414, RUF100 a fixture
from tests.stacks import ROOT
from tests.stacks import recorded as shared

PAGE = (ROOT / "docs/differences.md").read_text()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded) -> Path:
    """Two documents of one program, of which the second has a bigger database; and what is none."""
    first = document(recorded(samples.unencrypted), PackVerdict())
    (tmp_path / "a.json").write_text(
        written([{**first, "costs": {"total": 10.0, "rows": [{"row": "RDS", "usd": 10.0}]}}])
    )
    second = {**first, "costs": {"total": 92.5, "rows": [{"row": "RDS", "usd": 92.5}]}}
    (tmp_path / "b.json").write_text(written([second]).replace("db.t3.micro", "db.r6g.large"))
    (tmp_path / "old.json").write_text(json.dumps({**first, "version": 1}))
    (tmp_path / "two.json").write_text(written([first, first]))
    (tmp_path / "other.json").write_text('{"version": 3}')
    (tmp_path / "text.json").write_text("no")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_two_documents(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["a.json", "b.json"]) == 0
    assert capsys.readouterr().out == (
        "a.json → b.json\n\nMoney\n  10.00 → 92.50 USD a month at list prices: +82.50\n    RDS: +82.50\n\n"
        "Resources\n  outside components: 1 updated\n    ~ rds.Instance store\n"
        "        instanceClass: db.t3.micro → db.r6g.large\n"
    )
    assert cli.main(["a.json", "b.json", "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["resources"]
    assert row["changes"] == [
        {"path": "instanceClass", "before": "db.t3.micro", "after": "db.r6g.large", "effect": "updates"}
    ]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("none.json", "none.json cannot be read: No such file or directory; diff wants what `python -m preview STACK"),
        ("text.json", "text.json is no JSON; diff wants what"),
        ("other.json", "other.json is no JSON of a preview; diff wants what"),
        ("old.json", "old.json is of version 1, not 3; diff wants what"),
        ("two.json", "two.json holds several previews; diff wants what"),
        ("prod", "a.json and prod: give two stacks or two JSON documents, not one of each"),
    ],
)
def test_what_is_no_document_is_refused(
    files: Path, capsys: pytest.CaptureFixture[str], second: str, told: str
) -> None:
    assert cli.main(["a.json", second]) == 2
    assert capsys.readouterr().err.startswith(told)


def test_unknown_stacks_are_said_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["devv", "produ", "--project", str(ROOT)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"there is no stack {name}; the stacks here are dev, prod, shared, staging" for name in ("devv", "produ")
    ]


@pytest.mark.parametrize("arguments", [["dev"], ["dev", "prod", "--against", "main"]])
def test_two_are_compared(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "two are compared: `diff dev prod`, `diff prod --against main` or" in capsys.readouterr().err


def test_an_unknown_revision_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_side", lambda *_: None)
    assert cli.main(["prod", "--against", "no-such", "--project", str(ROOT)]) == 2
    told = "there is no revision no-such here; --against takes a branch, a tag or a commit: main\n"
    assert capsys.readouterr().err == told


def test_a_stack_that_a_revision_lacks_is_refused_and_the_worktree_goes(tmp_path: Path) -> None:
    """The program of that revision says so itself."""
    for name, content in (
        ("Pulumi.dev.yaml", ""),
        ("Pulumi.yaml", "name: sample\n"),
        ("sdk_importer.py", "def install(): ...\n"),
    ):
        (tmp_path / name).write_text(content)
    (tmp_path / "preview").mkdir()
    (tmp_path / "preview" / "__init__.py").write_text("")
    (tmp_path / "preview" / "stack.py").write_text("class PreviewError(Exception): ...\n")
    (tmp_path / "preview" / "engine.py").write_text(
        "from preview.stack import PreviewError\n"
        "def record_stack(name, folder, known):\n    raise PreviewError(f'{folder.name} has no {name}')\n"
    )
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    with pytest.raises(PreviewError, match=r"^dev at HEAD: tree has no dev$"):
        record_at("HEAD", "dev", tmp_path)
    listed = subprocess.run([*git, "worktree", "list"], capture_output=True, text=True, check=True).stdout
    assert len(listed.splitlines()) == 1


def test_a_recording_names_what_is_behind_an_address(recorded) -> None:
    """Ids differ from stack to stack; whose they are does not."""
    found = sides.recorded(recorded(samples.network, known=True), "dev", ROOT)
    by_name = {each.name: each for each in found.resources.values()}
    assert by_name["net-public-out"].properties["gatewayId"] == "{InternetGateway net-public-gateway}"
    assert by_name["net-public-a"].component == "net"


@pytest.mark.parametrize("command", re.findall(r"(?m)^\./cloudplatform diff (.*)$", PAGE))
def test_commands_of_the_page_run(
    command: str, files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each as it stands there, of stacks that are recorded once for all tests."""
    (files / "a.json").rename("before.json")
    (files / "b.json").rename("after.json")
    monkeypatch.setattr(cli, "run", lambda stack, known: shared(stack.name, known))
    monkeypatch.setattr(cli, "record_at", lambda _revision, _stack, _folder: shared("dev", known=True))
    assert cli.main([*shlex.split(command), "--project", str(ROOT)]) == 0
    assert "instanceClass" in capsys.readouterr().out


def test_the_word_and_the_module_are_the_same() -> None:
    assert COMMANDS["diff"].module == "differences"
    assert "from differences.cli import main as diff" in (ROOT / "preview/__main__.py").read_text()
