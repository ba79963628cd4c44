"""`./cloudplatform`: `init` writes a project that is somebody's own; help, the list of stacks, completion."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import init
from commands.cli import COMMANDS, OPTIONS, main, stacks
from preview import cli
from preview.engine import record_stack
from settings.known import table
from tests.aws import EmulatedStack, emulated
from tests.requirements.workflows import read
from tests.stacks import EVERY_STACK, ROOT

ANSWERS = {
    "project": "acme",
    "account": "210987654321",
    "region": "eu-central-1",
    "domain": "acme.com",
    "repository": "acme/platform",
    "addresses": "oncall@acme.com, ops@acme.com",
}
FILES = ["Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.shared.yaml", "Pulumi.staging.yaml", "Pulumi.yaml"]


def options(**changed: str) -> list[str]:
    return [word for name, value in {**ANSWERS, **changed}.items() for word in (f"--{name}", value)]


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert init.main([*options(), "--folder", str(tmp_path)]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_project_has_its_own_words_everywhere(project: Path) -> None:
    assert sorted(file.name for file in project.iterdir()) == FILES
    texts = {file.name: file.read_text() for file in project.iterdir()}
    assert read(texts["Pulumi.yaml"])["name"] == "acme"
    for name, text in texts.items():
        plain = text.replace("cloudplatform:", "")
        for word in ("cloudplatform", "yourname", "123456789012", "us-east-1", "your-org", "platform-team@", "your-in"):
            assert word not in plain, f"{name}: {word}"
    dev = read(texts["Pulumi.dev.yaml"])["config"]
    assert dev["cloudplatform:alerts"]["critical"] == ["oncall@acme.com", "ops@acme.com"]
    assert dev["cloudplatform:network"]["zones"] == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]


@pytest.mark.parametrize(
    ("days", "lock"), [((), {"days": 1, "mode": "governance"}), (("--lock-days", "365"), {"days": 365})]
)
def test_the_trails_bucket_is_locked_for_a_trial_unless_asked(days: tuple[str, ...], lock: Any, tmp_path: Path) -> None:
    assert init.main([*options(), *days, "--folder", str(tmp_path)]) == 0
    shared = read((tmp_path / "Pulumi.shared.yaml").read_text())["config"]
    assert shared["cloudplatform:buckets"]["cloudtrail"]["lock"] == lock


def test_what_no_option_says_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return list(ANSWERS.values())[len(asked) - 1]

    assert init.main(["--folder", str(tmp_path)], ask) == 0
    assert [question.rpartition(" (such as")[0] for question in asked] == [
        question.about for question in init.QUESTIONS.values()
    ]
    said = capsys.readouterr().out
    assert [f"{number:>3}. " in said for number in range(1, 13)] == [True] * 12
    assert "docker build --platform linux/amd64" in said


WRONG = [
    ("project", "Acme_Shop", "'Acme_Shop' is no name of the project"),
    ("account", "12345", "'12345' is no AWS account, 12 digits; use one such as 210987654321"),
    ("region", "eu-central-9", f"there is no region 'eu-central-9' with three zones as of {table()['day']}"),
    ("domain", "acme", "'acme' is no domain"),
    ("addresses", "oncall", "'oncall' is no e-mail addresses"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_answer_is_answered(name: str, answer: str, words: str, tmp_path: Path, capsys: Any) -> None:
    assert init.main([*options(**{name: answer}), "--folder", str(tmp_path)]) == 2
    assert f"--{name}: {words}" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_without_anybody_to_ask_it_says_which_option_is_missing(tmp_path: Path, capsys: Any) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    assert init.main([*options()[:-2], "--folder", str(tmp_path)], nobody) == 2
    assert "--addresses gives it without a question" in capsys.readouterr().err


def test_files_that_are_somebodys_own_are_kept(project: Path, capsys: Any) -> None:
    (project / "Pulumi.dev.yaml").write_text("config: {}\n")
    assert init.main([*options(project="other"), "--folder", str(project)]) == 2
    said = capsys.readouterr().err
    assert said == f"{', '.join(FILES)} would be lost; --force writes over them\n"
    assert (project / "Pulumi.dev.yaml").read_text() == "config: {}\n"
    assert init.main([*options(project="other"), "--folder", str(project), "--force"]) == 0


def test_the_written_stacks_are_recorded_and_made_in_an_emulated_aws(tmp_path: Path) -> None:
    """From `init` to what can be asked: names, network, database and service, none of them the example's."""
    assert init.main([*options(region="us-east-1"), "--folder", str(tmp_path)]) == 0
    with (tmp_path / "Pulumi.yaml").open("a") as file:
        file.write(f"main: {ROOT}\n")
    for stack in ("shared", "dev"):
        found = record_stack(stack, tmp_path / f"Pulumi.{stack}.yaml", tmp_path, known=True)
        texts = json.dumps([each.inputs for each in found.resources.values()], default=str)
        for word in ("cloudplatform-", "cloudplatform/", "yourname.com", "123456789012"):
            assert word not in texts, f"{stack}: {word}"
    with emulated() as session:
        EmulatedStack(session, "dev", found)
        [database] = session.client("rds").describe_db_instances()["DBInstances"]
        assert database["DBInstanceIdentifier"].startswith("acme-dev-")
        [service] = session.client("ecs").list_services(cluster="acme-dev-ecs-cluster")["serviceArns"]
        assert service.endswith("acme-dev-ecs-service-fastapi")
        subnets = session.client("ec2").describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.0.*"]}])
        assert len(subnets["Subnets"]) == 9


@pytest.mark.parametrize(("system", "files"), [("club-app", ["deploy-backend.yml", "snapshot.yml"]),
                                                 ("afric-analyzer", ["deploy.yml", "init-db.yml"]),
                                                 ("techcorp", ["restore-test.yml", "standby-release.yml"]),
                                                 ("web-platform", ["restore-test.yml", "snapshot.yml"])])  # fmt: skip
def test_a_systems_workflows_come_along(system: str, files: list[str], tmp_path: Path, capsys: Any) -> None:
    """To where GitHub reads them, with one's own account and domain; they are the system's otherwise, and are kept."""
    given = [*options(), "--system", system, "--folder", str(tmp_path)]
    assert init.main(given) == 0
    folder = tmp_path / ".github/workflows"
    assert sorted(file.name for file in folder.iterdir()) == files
    for file in folder.iterdir():
        text = file.read_text()
        assert not any(word in text for word in ("425687053209", "your-domain.com", "desh.co"))
        ours = (ROOT / "blueprints" / system / ".github/workflows" / file.name).read_text()
        assert len(text.splitlines()) == len(ours.splitlines())
        assert read(text)["jobs"].keys() == read(ours)["jobs"].keys()
    capsys.readouterr()
    assert init.main(given) == 2
    assert ".github/workflows/" in capsys.readouterr().err
    assert init.main([*given, "--force"]) == 0


# --- the other commands ---


def cloudplatform(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "commands", *words]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_each_command_has_help(capsys: Any) -> None:
    """A command with a module is asked as a process, for it becomes one."""
    said = cloudplatform("--help")
    assert said.returncode == 0
    assert all(f"  {command}" in said.stdout for command in COMMANDS)
    assert cloudplatform("preview", "--help").stdout.startswith("usage: ")
    for word in ("init", "list", "completion"):
        with pytest.raises(SystemExit, match="0"):
            main([word, "--help"])
        assert capsys.readouterr().out.startswith("usage: "), word


def test_a_word_with_a_module_becomes_it() -> None:
    everything = cloudplatform("check")
    names = cloudplatform("list").stdout.splitlines()
    assert everything.stdout.splitlines() == [f"{name}: the settings are right" for name in names]
    said = cloudplatform("check", "dev")
    assert (said.returncode, said.stdout) == (0, "dev: the settings are right\n")


def test_the_stacks_are_listed() -> None:
    assert {name.removeprefix("blueprints/") for name in stacks(ROOT)} == set(EVERY_STACK)


def test_a_shell_is_offered_every_option_of_the_preview() -> None:
    help_ = cli.parser().format_usage()
    assert sorted(OPTIONS) == sorted({*re.findall(r"--[a-z-]+", help_), "--help"})


def test_a_shell_completes_words_and_stacks(capsys: Any) -> None:
    """Bash itself is asked."""
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out.replace(str(ROOT / "cloudplatform"), f"{sys.executable} -m commands")
    ask = 'COMP_WORDS=(cloudplatform {words}) COMP_CWORD={at}; _cloudplatform; printf "%s\\n" "${{COMPREPLY[@]}}"'
    for words, at, wanted in (
        ("pre", 1, ["preview"]),
        ("preview sta", 2, ["staging"]),
        ("preview --wa", 2, ["--watch"]),
    ):
        text = script + ask.format(words=words, at=at)
        said = subprocess.run(["bash", "-c", text], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        assert said.stdout.split() == wanted
