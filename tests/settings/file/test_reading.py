"""Values come from the configuration alone; the file only says where they stand. Secrets are never repeated."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pulumi
import pytest
from pydantic import TypeAdapter, ValidationError

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings, Problem
from settings.tables.table import Table

ROOT = Path(__file__).parents[3]
DEV = ROOT / "Pulumi.dev.yaml"
PROJECT = "cloudplatform"


def config(**changes: str | None) -> dict[str, str]:
    """The dev stack's configuration with some tables changed or, with None, removed."""
    found = {**stackfile.read(DEV, PROJECT), **{f"{PROJECT}:{key.replace('_', '-')}": v for key, v in changes.items()}}
    return {key: text for key, text in found.items() if text is not None}


def problems(config: dict[str, str], **options: object) -> list[str]:
    with pytest.raises(InvalidSettings) as caught:
        reading.read(config, project=PROJECT, stack="dev", **options)  # pyright: ignore[reportArgumentType]
    return [str(problem) for problem in caught.value.problems]


def changed(table: str, **changes: object) -> dict[str, str]:
    return config(**{table: json.dumps({**json.loads(config()[f"{PROJECT}:{table}"]), **changes})})


@pytest.mark.parametrize("stack", ["dev", "staging", "prod", "shared"])
def test_every_stack_file_can_be_read(stack: str) -> None:
    file = ROOT / f"Pulumi.{stack}.yaml"
    settings = reading.read(stackfile.read(file, PROJECT), project=PROJECT, stack=stack, file=file)
    assert (settings.stack, settings.names.environment) == (stack, settings.environment or stack)


def test_without_a_file_messages_name_the_field_alone() -> None:
    message = "replicas: 9 is too large; use a whole number from 0 to 5"
    assert problems(changed("cache", replicas=9)) == [f"cache.{message}"]


def test_a_file_that_says_something_else_gives_no_place() -> None:
    message = "replicas: 9 is too large; use a whole number from 0 to 5"
    assert problems(changed("cache", replicas=9), file=DEV) == [f"cache.{message}"]


def test_a_key_that_is_missing_in_the_configuration_only_has_no_place() -> None:
    (line,) = problems(config(posture=None), file=DEV)
    assert line.startswith("posture: is missing")


@pytest.mark.parametrize("text", ["config: [", "- a", ""])
def test_a_file_that_cannot_be_read_gives_no_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    assert problems(changed("cache", replicas=9), file=tmp_path / "Pulumi.dev.yaml")[0].startswith("cache.replicas: 9")


def test_a_file_that_is_not_there_gives_no_place(tmp_path: Path) -> None:
    assert problems(changed("cache", replicas=9), file=tmp_path / "none")[0].startswith("cache.replicas: 9")


@pytest.mark.parametrize(
    "wrong", [{"replicas": "hunter2"}, {"hunter2": 1}, {"version": "hunter2"}, {"tier": "hunter2"}]
)
def test_a_secret_table_is_never_repeated(wrong: dict[str, object]) -> None:
    found = problems(changed("cache", **wrong), secret_keys=[f"{PROJECT}:cache"])
    assert found == [f"cache: {reading.HIDDEN}"]


def test_an_encrypted_table_cannot_be_read_offline(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    text = DEV.read_text()
    start, end = text.index("  cloudplatform:cache:"), text.index("  guard:exemptions:")
    file.write_text(f"{text[:start]}  cloudplatform:cache:\n    secure: v1:hunter2\n{text[end:]}")
    (line,) = problems(stackfile.read(file, PROJECT), file=file)
    assert line.endswith(f"cache: {reading.HIDDEN}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cache: is empty; use a table with version, node, or remove the key"),
        ("null", None),
        ("[]", "cache: is a list; use a table with version, node"),
        ("5", "cache: 5 is a number; use a table with version, node"),
        ("true", "cache: true is a truth value; use a table with version, node"),
        ('"x"', 'cache: "x" is text; use a table with version, node'),
        ("NaN", "cache: NaN is a number; use a table with version, node"),
        ("{", 'cache: "{" is text; use a table with version, node'),
        ("[" * 300, "cache: nests too deeply to be read; a table needs a dozen levels"),
        ("9" * 5000, f'cache: "{"9" * 39}…{"9" * 18}" is text; use a table with version, node'),
    ],
)
def test_any_json_gives_a_clean_message(text: str, message: str | None) -> None:
    found = problems(config(cache=text))
    assert message in found if message else not any("cache: " in line and "nothing" in line for line in found)


def test_a_long_value_is_cut_and_stays_on_one_line() -> None:
    (line,) = problems(changed("cache", version="12" * 500))
    value = f'"{"12" * 19}1…{"12" * 9}"'
    assert line == f'cache.version: {value} has the wrong form; use text such as "7.1"'
    (line,) = problems(changed("cache", version="1\n2"))
    assert line.startswith(r'cache.version: "1\n2" has')


def test_unknown_keys_that_resemble_nothing_list_what_is_known() -> None:
    (line,) = problems(config(xyzzy="1"))
    assert line.startswith("xyzzy: unknown key; use database, cache, account, ")
    (line,) = problems(changed("cache", xyzzy=1))
    assert line.startswith("cache.xyzzy: unknown key; use engine, version, ")


def test_keys_are_written_with_hyphens_only() -> None:
    (line,) = problems(changed("database", multi_az=True))
    assert line.startswith("database.multi_az: unknown key; did you mean `multi-az`?")


def test_our_region_is_the_providers() -> None:
    found = config(region="us-east-1")
    del found["aws:region"]
    assert "region: unknown key; did you mean `aws:region`?" in problems(found)


def test_problems_are_sorted_by_place_and_told_once() -> None:
    placed = [Problem(field="f", message="m", file="a", line=line, column=column) for line, column in ((9, 1), (2, 7))]
    loose = Problem(field="a", message="m")
    error = InvalidSettings([loose, *placed, loose])
    assert str(error) == "3 problems in the stack's settings:\na:2:7 f: m\na:9:1 f: m\na: m"


def test_settings_come_from_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(pulumi, "get_project", lambda: PROJECT)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config()))
    assert reading.from_runtime().stack == "dev"
    broken = config(cahce="{}")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(broken))
    with pytest.raises(InvalidSettings, match="cahce: unknown key; did you mean `cache`"):
        reading.from_runtime()


def test_the_runtimes_secrets_are_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: PROJECT)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(changed("cache", node="hunter2")))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps([f"{PROJECT}:cache"]))
    monkeypatch.setenv(reading.FILE_VARIABLE, str(tmp_path / "none.yaml"))
    with pytest.raises(InvalidSettings) as caught:
        reading.from_runtime()
    assert [str(problem) for problem in caught.value.problems] == [f"cache: {reading.HIDDEN}"]


def test_settings_import_no_resources() -> None:
    program = (
        "import settings.file.reading, settings.schema, sys; print([m for m in sys.modules if m.startswith('pulumi')])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def given(**more: str) -> dict[str, str]:
    """The dev stack's configuration with one more secret, whose value config gives."""
    return {**changed("secrets", **{"api-keys": {"path": "app/api-keys", "value": "config"}}), **more}


def test_a_secret_that_config_gives_must_be_given() -> None:
    """`value: config` without `pulumi config set --secret` would stop the deployment half way."""
    advice = "run `pulumi config set --secret secret:api-keys`, or use generated or later"
    assert problems(given()) == [f"secrets.api-keys.value: no value is configured; {advice}"]


def test_a_secret_that_config_gives_must_be_given_encrypted() -> None:
    """In clear it would stand in the stack file for everybody to read; the message does not repeat it."""
    clear = given(**{"secret:api-keys": "k3y"})
    advice = "set it again with --secret, and change its value"
    assert problems(clear) == [f"secrets.api-keys.value: secret:api-keys is not encrypted in the file; {advice}"]
    assert reading.read(clear, project=PROJECT, stack="dev", secret_keys=["secret:api-keys"]).secrets


def test_the_name_of_a_pulumi_project_that_is_no_word_is_refused_as_the_key_that_would_mend_it() -> None:
    with pytest.raises(InvalidSettings) as caught:
        reading.read(config(project=None), project="Bad_Name", stack="dev")
    assert [str(problem) for problem in caught.value.problems] == [
        'project: "Bad_Name" has the wrong form; use text such as "shop"'
    ]


def _numbers(kind: object) -> bool:
    """Whether a type has a choice of numbers somewhere."""
    return any(type(part) is int or _numbers(part) for part in get_args(kind))


def _tables(table: type[Table]) -> Iterator[type[Table]]:
    for each in table.__subclasses__():
        yield each
        yield from _tables(each)


def test_true_is_no_number_where_a_choice_of_numbers_is_allowed() -> None:
    """pydantic takes true as 1 there. A right file is not compared with the schema, so the type must refuse it."""
    fields = {(t, n): info for t in _tables(Table) for n, info in t.model_fields.items() if _numbers(info.annotation)}
    assert {f"{table.__name__}.{name}" for table, name in fields} == {
        "ClientVpnTable.hours",
        "DatabaseTable.monitoring",
    }
    for info in fields.values():
        with pytest.raises(ValidationError):
            TypeAdapter(info.rebuild_annotation()).validate_json("true", strict=True)
