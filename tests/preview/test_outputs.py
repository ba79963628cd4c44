"""Several formats at once: each file in the format that its name ends in, from one preview."""

import json
from pathlib import Path

import pytest

from preview import cli
from preview.formats import FORMATS
from preview.outputs import ENDINGS, STANDARD, Output, outputs
from preview.stack import PreviewError


def test_every_format_has_an_ending_and_what_draws_it() -> None:
    assert list(FORMATS) == list(ENDINGS)
    assert len(set(ENDINGS.values())) == len(ENDINGS)


def test_one_preview_in_every_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files get what standard output would, and `-` is standard output; twice the same bytes."""
    files = {name: f"report{ending}" for name, ending in ENDINGS.items() if name != "text"}
    assert cli.main(["dev", *(word for file in files.values() for word in ("--out", file)), "--out", "-"]) == 0
    assert capsys.readouterr().out.startswith("sample dev  ✔ may be deployed\n")
    first = {name: Path(file).read_text() for name, file in files.items()}
    assert json.loads(first["json"])["stack"] == "dev"
    assert first["markdown"].startswith("| stack | verdict |")
    assert first["svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg" class="net"')
    assert first["html"].startswith("<!DOCTYPE html>")
    assert ("<h2>Picture</h2>" in first["html"], "<h2>Components</h2>" in first["html"]) == (False, True)  # no network
    assert json.loads(first["sarif"])["version"] == "2.1.0"
    assert "<testsuites" in first["junit"]
    assert json.loads(first["recording"])["deployment"]["resources"]


def test_formats_of_files() -> None:
    """By the end of a name; an explicit one for the only file, and for names that say nothing."""
    assert outputs([], None) == [Output("text", STANDARD)]
    assert outputs([], "json") == [Output("json", STANDARD)]
    assert outputs([Path("a.md")], None) == [Output("markdown", Path("a.md"))]
    assert outputs([Path("a.json")], "recording") == [Output("recording", Path("a.json"))]
    assert outputs([Path("a")], None) == [Output("text", Path("a"))]
    assert outputs([Path("a.out")], "text") == [Output("text", Path("a.out"))]
    several = [Path("a.json"), Path("a.out"), STANDARD]
    assert [each.format for each in outputs(several, "markdown")] == ["json", "markdown", "markdown"]


@pytest.mark.parametrize(
    ("files", "form", "told"),
    [
        (["a.json", "a.json"], None, "--out names a file twice"),
        (["a.json", "tests/../a.json"], None, "--out names a file twice"),
        (["-", "-"], None, "--out names a file twice"),
        (
            ["a.json", "a.md"],
            "svg",
            "--format svg is of none of these files; their names say what they hold: .txt text",
        ),
        (
            ["a.pdf"],
            None,
            "a.pdf: no format ends in .pdf; use .txt, .json, .md, .html, .sarif, .xml, .svg or .recording",
        ),
        (["a.json", "a.ymal"], None, "a.ymal: no format ends in .ymal; use .txt"),
        (["a.json", "no/a.md"], None, "no/a.md cannot be written: No such file or directory"),
    ],
)
def test_outputs_that_cannot_be_are_refused(files: list[str], form: str | None, told: str) -> None:
    with pytest.raises(PreviewError) as refused:
        outputs([Path(file) for file in files], form)
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(("most", "status"), [("500", 0), ("499", 2), ("-1", 2)])
def test_markdown_of_next_to_no_characters_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], most: str, status: int
) -> None:
    assert cli.main(["dev", "--format", "markdown", "--most", most]) == status
    assert ("--most wants 500 characters or more" in capsys.readouterr().err) == (status == 2)
