"""The command line: what goes in, what comes out, and with which status."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from preview import cli, engine
from preview import stack as stack_module
from preview.wire import Object
from tests.preview.samples import stack_file
from tests.stacks import STACKS

ROOT = Path(__file__).parents[2]
#: On standard error, where no terminal is: how long each step took.
PROGRESS = "the program prints\nrecording dev: 0.1 s\nasking the policy pack about dev: 0.1 s\n"


def _timeless(text: str) -> str:
    return re.sub(r"\d+\.\d s", "0.1 s", text)


def test_a_stack_that_may_be_deployed_ends_with_0(project, capsys):
    assert cli.main(["dev"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("sample dev  ✔ may be deployed\n")
    assert "\x1b" not in out
    assert _timeless(err) == PROGRESS


def test_a_stack_that_breaks_a_mandatory_rule_ends_with_1_and_says_how_to_fix_it(project, capsys):
    assert cli.main(["open"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("sample open  ✖ blocked by")
    assert "→ " in out


def test_several_stacks_are_judged_each_by_itself_and_the_worst_counts(project, capsys):
    assert cli.main(["dev", "open", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(each["stack"], each["verdict"]) for each in found] == [("dev", "clean"), ("open", "blocked")]


def test_an_exemption_in_the_stack_file_lifts_the_block_until_it_expires(project, capsys, monkeypatch):
    cli.main(["open", "--format", "json"])
    blocked = json.loads(capsys.readouterr().out)
    entries = "".join(
        f"    - {{rule: {rule}, resource: store, reason: A test, owner: team, expires: '2999-12-31'}}\n"
        for rule in sorted({note["rule"] for note in blocked["violations"]})
    )
    file = stack_file(project, f'config:\n  sample:open: "yes"\n  guard:exemptions:\n{entries}')
    monkeypatch.setenv("GUARD_TODAY", "2999-12-31")
    assert cli.main(["open", "--config-file", file, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {note["reason"] for note in found["exemptions"]} == {"A test"}
    assert len(found["exemptions"]) == len(blocked["violations"])

    monkeypatch.setenv("GUARD_TODAY", "3000-01-01")
    assert cli.main(["open", "--config-file", file, "--format", "json"]) == 1
    assert "expired on 2999-12-31" in capsys.readouterr().out


def test_what_is_printed_as_json_is_json_alone_and_the_same_every_time(project, capsys):
    cli.main(["dev", "--format", "json"])
    first = capsys.readouterr().out
    cli.main(["dev", "--format", "json"])
    assert capsys.readouterr().out == first
    assert json.loads(first)["outputs"] == ["token"]


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("svg", "<svg"), ("text", "sample dev")])
def test_a_file_gets_what_standard_output_would(project, capsys, form, begins):
    assert cli.main(["dev", "--format", form, "--out", "preview.out"]) == 0
    assert capsys.readouterr().out == ""
    assert (project / "preview.out").read_text().startswith(begins)


def test_the_full_tree_names_every_resource(project, capsys):
    cli.main(["dev", "--tree", "full"])
    assert "logs  cloudwatch.LogGroup" in capsys.readouterr().out


# --- exit status 2: what the user gave ---


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["prod"], "there is no stack prod; the stacks here are dev, open"),
        (["dev", "--config-file", "missing.yaml"], "there is no file missing.yaml"),
        (["dev", "open", "--config-file", "Pulumi.dev.yaml"], "--config-file is one file: it goes with one stack"),
        (["other/dev"], "there is no folder {parent}/other"),
        (
            ["dev", "--check", "--format", "json"],
            "--check only says whether settings are right; leave --format, --out, --can, --against away",
        ),
        (["dev", "--out", "no/such/folder"], "no/such/folder cannot be written: No such file or directory"),
    ],
)
def test_bad_arguments_end_with_2_and_one_line(project, capsys, arguments, words):
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.splitlines()[-1] == words.format(parent=project.resolve())


def test_mistakes_are_said_before_any_sdk_is_imported(tmp_path):
    """Settings of two stacks, an unknown stack, and a file that cannot be written: no module of Pulumi is loaded."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((ROOT / "Pulumi.dev.yaml").read_text().replace("multi-az: false", "multi-az: perhaps"))
    program = (
        "import json, sys\nfrom preview.cli import main\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    assert main(words) == 2\n"
        "    print(file=sys.stderr)\n"
        "    assert not [name for name in sys.modules if name.startswith(('pulumi', 'grpc', 'components'))]\n"
    )
    asked = [
        (["dev", "--config-file", str(wrong)], "multi-az"),
        (["nowhere", "staging"], "there is no stack nowhere"),
        (["dev", "--out", str(tmp_path)], "cannot be written: Is a directory"),
    ]
    command = ["-c", program, json.dumps([arguments for arguments, _ in asked])]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = done.stderr.strip().split("\n\n")
    assert [words in answer for (_, words), answer in zip(asked, answers, strict=True)] == [True] * 3, done.stderr


def test_check_reads_the_settings_of_all_stacks_and_nothing_else(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(engine, "run", None)
    assert cli.main([*STACKS, "--check"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{stack}: the settings are right" for stack in STACKS]


def test_check_says_the_mistakes_of_all_stacks_at_once(tmp_path, monkeypatch, capsys):
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text().replace("backup-days: ", "backup-dais: "))
    monkeypatch.setattr(stack_module, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["dev", "prod", "--check"]) == 2
    err = capsys.readouterr().err
    assert [line.partition(":")[0] for line in err.splitlines() if "backup-dais" in line] == [
        "Pulumi.dev.yaml",
        "Pulumi.prod.yaml",
    ]


def test_a_file_that_is_no_yaml_ends_with_2_and_names_the_place(project, capsys):
    assert cli.main(["dev", "--config-file", stack_file(project, "config:\n  a: [1\n")]) == 2
    assert "given.yaml:" in capsys.readouterr().err


def test_settings_that_the_program_refuses_end_with_2_in_its_own_words(project, capsys):
    file = stack_file(project, 'config:\n  sample:wrong: "yes"\n')
    assert cli.main(["dev", "--config-file", file]) == 2
    assert capsys.readouterr().err == f"the program prints\n{file}:1:1 wrong: is wrong; use right\n"


@pytest.mark.parametrize(("barred", "refused"), [('["*"]', True), ("[random, aws ]", True), ("[random]", False)])
def test_a_default_provider_that_is_disabled_and_needed_is_refused(project, capsys, barred: str, refused: bool) -> None:
    """As the engine would, at the first resource that has no provider of its own."""
    file = stack_file(project, f"config:\n  pulumi:disable-default-providers: {barred}\n")
    assert cli.main(["dev", "--config-file", file]) == (2 if refused else 0)
    told = "disable-default-providers: Pulumi would refuse the program, for logs needs that of aws; remove it\n"
    assert (f"given.yaml:2:3 pulumi:{told}" in capsys.readouterr().err) == refused


def test_an_error_that_the_program_only_logs_ends_with_2_too(project, capsys):
    assert cli.main(["dev", "--config-file", stack_file(project, 'config:\n  sample:said: "yes"\n')]) == 2
    assert "said and went on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda project: (project / "Pulumi.yaml").unlink(),
            "`runtime: python`, and `main: ` with the program's folder",
        ),
        (
            lambda project: [file.unlink() for file in project.glob("Pulumi*.yaml")],
            "has no Pulumi.yaml; run the preview in the project's folder",
        ),
        (lambda project: (project / "Pulumi.yaml").write_text("runtime: python\n"), "has no `name: <project>`"),
        (lambda project: (project / "__main__.py").unlink(), "has no __main__.py"),
    ],
)
def test_a_folder_without_a_project_ends_with_2(project, capsys, spoil, words):
    spoil(project)
    assert cli.main(["dev"]) == 2
    assert words in capsys.readouterr().err


def test_a_project_may_hold_the_tabs_that_the_engine_takes(project):
    """As in stack files: a tab before a comment is one to the engine, and none to PyYAML's own parser."""
    (project / "Pulumi.yaml").write_text("name: tabbed\t# a comment\nruntime: python\n")
    assert stack_module.open_stack("dev", folder=project).project == "tabbed"


def test_unknown_options_end_with_2(project, capsys):
    with pytest.raises(SystemExit) as leaving:
        cli.main(["dev", "--format", "xml"])
    assert leaving.value.code == 2


# --- exit status 3: ours ---


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_ends_with_3_and_shows_its_traceback_on_demand(project, capsys, debug):
    file = stack_file(project, 'config:\n  sample:crash: "yes"\n')
    assert cli.main(["dev", "--config-file", file, *["--debug"] * debug]) == 3
    err = capsys.readouterr().err
    assert "preview: ArithmeticError: one and one is three" in err
    assert "report it" in err
    assert ("Traceback" in err) == debug


def test_a_pack_that_fails_ends_with_3(project, capsys, monkeypatch):
    def failing(**_: object) -> None:
        raise ArithmeticError("two and two are five")

    monkeypatch.setattr("guard.crossguard.pack.policies", failing)
    assert cli.main(["dev"]) == 3
    assert "preview: ArithmeticError: two and two are five" in capsys.readouterr().err


def test_a_day_that_is_none_ends_with_2(project, capsys, monkeypatch):
    monkeypatch.setenv("GUARD_TODAY", "tomorrow")
    assert cli.main(["dev"]) == 2
    assert "GUARD_TODAY is tomorrow; give a date like 2026-12-31" in capsys.readouterr().err


# --- terminals ---


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "escapes"), [("", True), ("1", False)])
def test_a_terminal_gets_colour_unless_it_asks_for_none(project, monkeypatch, no_color, escapes):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    assert cli.main(["dev"]) == 0
    assert ("\x1b[" in terminal.getvalue()) == escapes


def test_progress_of_a_terminal_is_gone_when_it_is_done(project, monkeypatch, capsys):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert cli.main(["dev"]) == 0
    assert "recording dev" in terminal.getvalue()
    assert "recording" not in capsys.readouterr().out


def test_ctrl_c_ends_with_130_and_no_traceback(project, monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "run", stop)
    assert cli.main(["dev"]) == 130
    assert capsys.readouterr().err == "preview: stopped\n"


def test_an_output_of_ascii_gets_ascii(project, monkeypatch):
    """As under LC_ALL=C with PYTHONIOENCODING=ascii, and in some pipelines."""
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert cli.main(["open"]) == 1
    narrow.flush()
    text = narrow.buffer.getvalue().decode("ascii")
    assert text.startswith("sample open  x blocked by")
    assert "-> " in text
    assert "?" not in text


def test_the_versions_that_a_report_names(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["cloudplatform", "pulumi", "pulumi-aws", "pulumi-policy", "Python"]


def test_make_refuses_a_stack_in_small_letters():
    """It would preview dev, whatever the stack was."""
    done = subprocess.run(
        ["make", "-n", "preview", "stack=prod"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "make knows no stack=prod; write STACK=prod" in done.stderr


# --- the process as a whole ---


def test_as_a_command_of_its_own(project):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "preview", "dev", "--format", "json"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, _timeless(done.stderr)) == (0, PROGRESS)
    found: Object = json.loads(done.stdout)
    assert found["verdict"] == "clean"


def test_nothing_of_a_run_stays_behind(project, monkeypatch):
    monkeypatch.setenv(engine.FILE_VARIABLE, "mine")
    path, folder = list(sys.path), Path.cwd()
    engine.record_stack("dev")
    assert (sys.path, Path.cwd(), os.environ[engine.FILE_VARIABLE]) == (path, folder, "mine")


def test_a_stack_is_recorded_with_its_secrets_marked_and_its_outputs_known_on_demand(project):
    first, update = engine.record_stack("dev"), engine.record_stack("dev", known=True)
    assert set(first.resources) == set(update.resources)
    (group,) = update.named("logs")
    assert group.outputs["arn"] == "arn:aws:logs:us-east-1:123456789012:log-group:/sample/dev"
