"""Access Analyzer's script: which documents it has read, and which findings fail."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from preview.export import export
from tests.ci.programs import Programs, run
from tests.stacks import ROOT, recorded

SCRIPT = ROOT / ".ci" / "validate-policies"
SOME = ("::delivery-boundary", "::bucket-config-policy")  #: the documents that have findings here; one test reads all


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    return Programs(folder)


@pytest.fixture
def validate_shared(programs: Programs, tmp_path: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """The script where Python has previewed shared: what the preview would write, without its seconds."""
    script, python, recording = (
        tmp_path / ".ci/validate-policies",
        tmp_path / ".venv/bin/python",
        tmp_path / "recording",
    )
    for each in (script, python):
        each.parent.mkdir(parents=True)
    shutil.copy(SCRIPT, script)
    found = export(recorded("shared", known=False))
    found["deployment"]["resources"] = [each for each in found["deployment"]["resources"] if each["urn"].endswith(SOME)]
    recording.write_text(json.dumps(found))
    asked = "-m preview --project . shared --format recording --out $9"
    python.write_text(f'#!/bin/sh\n[ "$*" = "{asked}" ] && cp {recording} "$9"\n')
    python.chmod(0o755)
    return lambda: run(programs, script, "shared")


def test_access_analyzer_reads_what_the_preview_records(programs: Programs) -> None:
    """Every document whose parts are known is read, each as what it is."""
    programs.add("aws", {"validate-policy": '{"findings": []}'})
    done = run(programs, SCRIPT, "shared")
    assert done.returncode == 0, done.stderr
    asked = programs.asked()
    assert len(asked) > 30
    assert {each.split("--policy-type ")[1].split()[0] for each in asked} == {"IDENTITY_POLICY", "RESOURCE_POLICY"}
    assert any("--validate-policy-resource-type AWS::IAM::AssumeRolePolicyDocument" in each for each in asked)


@pytest.mark.parametrize(("kind", "status"), [("SUGGESTION", 0), ("SECURITY_WARNING", 1), ("ERROR", 1)])
def test_access_analyzers_findings(programs: Programs, validate_shared, kind: str, status: int) -> None:
    """Errors and security warnings fail."""
    finding = {"findings": [{"findingType": kind, "findingDetails": "why"}]}
    programs.add("aws", {"validate-policy": json.dumps(finding)})
    done = validate_shared()
    assert done.returncode == status, done.stderr
    assert f"{kind} delivery-boundary: why" in done.stdout


STARS = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"
READER = """#!/usr/bin/env bash
words="$*"
file=${{words##*file://}}
if grep --quiet '{word}' "${{file%% *}}"; then echo '{findings}'; else echo '{{"findings": []}}'; fi
"""


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [("NoLastingCredentials", STARS, 0), ("NoLastingCredentials", "OTHER", 1), ("ConfigDelivers", STARS, 1)],
)
def test_an_exception_is_of_one_document_and_one_finding(
    programs: Programs, validate_shared, word: str, code: str, status: int
) -> None:
    """The boundary allows all but what it denies; another warning about it fails, and the same about another one."""
    warning = {"findingType": "SECURITY_WARNING", "issueCode": code, "findingDetails": "why"}
    programs.add("aws", {})
    (programs.folder / "aws").write_text(READER.format(word=word, findings=json.dumps({"findings": [warning]})))
    done = validate_shared()
    assert done.returncode == status, done.stdout + done.stderr
    assert ("ACCEPTED delivery-boundary: why" in done.stdout) == (status == 0)
