"""CP-DOC: the decisions and the runbooks have their parts."""

import re
from pathlib import Path

import pytest

from tests.requirements.expected import requirement
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed
from tests.requirements.pages import Pages, sections

DECISIONS = {
    "ADR-001-vpc-design": r"Each environment has a VPC of its own",
    "ADR-002-database-choice": r"PostgreSQL 15 on RDS",
    "ADR-003-cicd-strategy": r"GitHub Actions\..*OpenID Connect",
    "ADR-004-monitoring-strategy": r"are in CloudWatch",
    "ADR-005-security-controls": r"Seven layers",
}


PARTS_OF_A_DECISION = ["Status", "Context", "Decision", "Consequences", "Alternatives Considered"]


def decisions(written: Pages) -> list[str]:
    """The pages of the series, by number."""
    return sorted(name for name in written.texts if re.match(r"docs/decisions/ADR-\d", name))


@requirement("CP-DOC-02")
def test_the_five_decisions(written: Pages) -> None:
    assert list(DECISIONS) == [Path(page).stem for page in decisions(written)][:5]
    for name, decided in DECISIONS.items():
        page = f"docs/decisions/{name}.md"
        assert written[page].startswith(f"# {name[:7]}: ")
        assert re.search(decided, written.sections(page)["Decision"], re.DOTALL)


@requirement("CP-DOC-03")
def test_each_decision_has_its_parts(written: Pages) -> None:
    assert len(decisions(written)) >= 18
    for page in decisions(written):
        parts = written.sections(page)
        assert list(parts) == PARTS_OF_A_DECISION, page
        assert parts["Status"].strip().rstrip(".") in ("Proposed", "Accepted", "Deprecated", "Superseded")
        assert all(len(text.split()) >= 15 for name, text in parts.items() if name != "Status"), page
        assert parts["Alternatives Considered"].count("\n- ") >= 2


RUNBOOKS = {
    "deployment": ("The application", "The infrastructure"),
    "rollback": ("The application", "The infrastructure", "The database's schema"),
    "incident-response": ("1. Detection", "6. After the incident"),
    "database-operations": ("Take a snapshot", "Restore to a point in time"),
    "secret-rotation": ("Database credentials", "Redis auth token", "External API keys", "JWT signing key"),
    "scaling": ("Tasks", "Database", "Cache", "Smaller again"),
}


PARTS_OF_A_RUNBOOK = ["Purpose", "Prerequisites", "Procedure", "Verification", "Rollback", "Escalation"]


@requirement("CP-DOC-04")
@pytest.mark.parametrize("name", RUNBOOKS)
def test_the_six_runbooks(written: Pages, name: str) -> None:
    """Each describes its procedures, and is found from the README."""
    procedure = sections(written.sections(f"docs/runbooks/{name}.md")["Procedure"], 3)
    assert set(RUNBOOKS[name]) <= procedure.keys()
    assert all(len(text.split()) >= 10 for text in procedure.values())
    assert f"(docs/runbooks/{name}.md)" in written["README.md"]


@requirement("CP-DOC-05")
@pytest.mark.parametrize("name", RUNBOOKS)
def test_each_runbook_has_its_parts(written: Pages, name: str) -> None:
    """It says how one sees that it worked, and whom to ask."""
    parts = written.sections(f"docs/runbooks/{name}.md")
    assert list(parts) == PARTS_OF_A_RUNBOOK
    assert all(len(text.split()) >= 12 for text in parts.values())
    assert "`" in parts["Verification"]
    assert "platform" in parts["Escalation"].lower()


STEPS = {
    "1. Detection": ("GuardDuty", "CloudWatch", "Security Hub", "tells"),
    "2. Triage": ("engineer on call", "critical | immediately", "high | within 1 hour", "medium | within 4 hours"),
    "3. Containment": ("evidence", "Isolate", "Snapshots", "Logs", "Enhance logging"),
    "4. Eradication": ("Remove the intruder's access", "Patch", "Renew every secret"),
    "5. Recovery": ("clean backups", "Check what was restored", "gradually"),
    "6. After the incident": ("timeline", "root cause", "Correct the runbooks"),
}


@requirement("CP-DOC-11")
def test_an_incident_has_six_steps(written: Pages) -> None:
    found = sections(written.sections("docs/runbooks/incident-response.md")["Procedure"], 3)
    assert list(found) == list(STEPS)
    for step, words in STEPS.items():
        assert [each for each in words if each not in found[step]] == [], step


BREACHES = [
    PageBreach(test_the_five_decisions, gone("docs/decisions/ADR-003-cicd-strategy.md")),
    PageBreach(test_the_five_decisions, edit("docs/decisions/ADR-002-database-choice.md", "PostgreSQL 15", "MySQL")),
    PageBreach(test_each_decision_has_its_parts,
           edit("docs/decisions/ADR-001-vpc-design.md", "## Alternatives Considered", "## Others")),
    PageBreach(test_each_decision_has_its_parts,
           edit("docs/decisions/ADR-004-monitoring-strategy.md", "Accepted.", "Perhaps.")),
    *(PageBreach(test_the_six_runbooks, edit(f"docs/runbooks/{name}.md", f"### {parts[0]}\n", ""), {"name": name})
      for name, parts in RUNBOOKS.items()),
    *(PageBreach(test_each_runbook_has_its_parts, edit(f"docs/runbooks/{name}.md", f"\n## {part}\n"), {"name": name})
      for name, part in zip(RUNBOOKS, PARTS_OF_A_RUNBOOK, strict=True)),
    PageBreach(test_an_incident_has_six_steps,
           edit("docs/runbooks/incident-response.md", "within 4 hours", "within 4 days")),
    PageBreach(test_an_incident_has_six_steps, edit("docs/runbooks/incident-response.md", "clean backups", "backups")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
