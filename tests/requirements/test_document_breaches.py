"""Every proof of a document can fail: a change that somebody might make takes it away."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.requirements import test_documents as proofs
from tests.requirements.pages import Pages, pages

OVERVIEW, NETWORK, SECURITY, MONITORING = (
    f"docs/architecture/{name}.md" for name in ("overview", "networking", "security", "monitoring")
)
RUNBOOKS, DECISIONS = "docs/runbooks/", "docs/decisions/ADR-"


class Breach(NamedTuple):
    """A proof, and a change of the pages that must make it fail."""

    proof: Callable[..., None]
    change: Callable[[Pages], Pages]
    more: dict[str, Any] = {}


def _edit(page: str, old: str, new: str = "") -> Callable[[Pages], Pages]:
    return lambda all_: all_.changed(page, old, new)


def _gone(page: str) -> Callable[[Pages], Pages]:
    return lambda all_: all_.without(page)


def _redrawn(all_: Pages) -> Pages:
    """A picture of another diagram under its name."""
    pictures = {**all_.pictures, "docs/diagrams/architecture.png": all_.pictures["docs/diagrams/trust.png"]}
    return replace(all_, pictures=pictures)


BREACHES = [
    Breach(proofs.test_the_architecture_has_five_pages, _gone("docs/architecture/monitoring.md")),
    Breach(proofs.test_the_architecture_has_five_pages, _edit("README.md", "(docs/architecture/security.md)", "()")),
    Breach(proofs.test_addresses_are_those_of_the_stacks, _edit(NETWORK, "`10.1.12.0/24`", "`10.1.14.0/24`")),
    Breach(proofs.test_the_rules_of_the_groups_are_those_of_the_stack,
           _edit(NETWORK, "| database | in from | app | 5432 |", "| database | in from | app | 5433 |")),
    Breach(proofs.test_the_rules_of_the_groups_are_those_of_the_stack,
           _edit(NETWORK, "| cache | in from | app | 6379 | cached data |\n")),
    Breach(proofs.test_the_queries_are_those_of_the_stack, _edit(MONITORING, "duration > 1000", "duration > 2000")),
    Breach(proofs.test_the_seven_layers_and_what_detects_what, _edit(SECURITY, "| 5. Application |", "| 5. App |")),
    Breach(proofs.test_the_seven_layers_and_what_detects_what, _edit(SECURITY, "port scans, unusual traffic")),
    Breach(proofs.test_the_seven_layers_and_what_detects_what, _edit(SECURITY, "| every quarter |", "| sometimes |")),
    Breach(proofs.test_encryption_in_transit_is_as_it_is_built,
           _edit(SECURITY, "| task to Redis | TLS, with a token | TLS 1.2 |\n")),
    Breach(proofs.test_every_module_is_a_component, _edit(OVERVIEW, "`components/edge/web_acl.py`", "`README.md`")),
    Breach(proofs.test_every_module_is_a_component, _edit(OVERVIEW, "nat-gateway, ")),
    Breach(proofs.test_the_shared_part_stands_apart, _edit(OVERVIEW, "`Pulumi.staging.yaml`", "`Pulumi.test.yaml`")),
    Breach(proofs.test_more_than_25_services, _edit(OVERVIEW, "| `guardduty` | shared |\n")),
    Breach(proofs.test_the_five_decisions, _gone(f"{DECISIONS}003-cicd-strategy.md")),
    Breach(proofs.test_the_five_decisions, _edit(f"{DECISIONS}002-database-choice.md", "PostgreSQL 15", "MySQL")),
    Breach(proofs.test_each_decision_has_its_parts,
           _edit(f"{DECISIONS}001-vpc-design.md", "## Alternatives Considered", "## Others")),
    Breach(proofs.test_each_decision_has_its_parts,
           _edit(f"{DECISIONS}004-monitoring-strategy.md", "Accepted.", "Perhaps.")),
    *(Breach(proofs.test_the_six_runbooks, _edit(f"{RUNBOOKS}{name}.md", f"### {parts[0]}\n", ""), {"name": name})
      for name, parts in proofs.RUNBOOKS.items()),
    *(Breach(proofs.test_each_runbook_has_its_parts, _edit(f"{RUNBOOKS}{name}.md", f"\n## {part}\n"), {"name": name})
      for name, part in zip(proofs.RUNBOOKS, proofs.PARTS_OF_A_RUNBOOK, strict=True)),
    Breach(proofs.test_an_incident_has_six_steps,
           _edit(f"{RUNBOOKS}incident-response.md", "within 4 hours", "within 4 days")),
    Breach(proofs.test_an_incident_has_six_steps, _edit(f"{RUNBOOKS}incident-response.md", "clean backups", "backups")),
    Breach(proofs.test_the_diagrams_are_drawn_from_the_stacks, _gone("docs/diagrams/security-layers.png")),
    Breach(proofs.test_the_diagrams_are_drawn_from_the_stacks, _redrawn),
    Breach(proofs.test_the_readme_leads_on, _edit("README.md", "(COST_ESTIMATE.md)", "()")),
    Breach(proofs.test_the_readme_leads_on, _edit("README.md", "make preview STACK=dev", "make")),
    Breach(proofs.test_the_files_at_the_root, _edit("SECURITY.md", "Report a vulnerability", "Hello")),
    Breach(proofs.test_the_files_at_the_root, _gone("CONTRIBUTING.md")),
    Breach(proofs.test_the_scripts_by_their_names, _edit("Makefile", "rotate-secrets: ##", "rotate: ##")),
    Breach(proofs.test_the_scripts_by_their_names, _edit("scripts/destroy.sh", "set -euo pipefail", "set -x")),
]  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES, ids=lambda it: it.proof.__name__.removeprefix("test_"))
def test_a_breach_takes_the_proof_away(breach: Breach, tmp_path: Path) -> None:
    place = {"tmp_path": tmp_path} if "tmp_path" in inspect.signature(breach.proof).parameters else {}
    more = {**breach.more, **place}
    breach.proof(pages(), **more)
    with pytest.raises((AssertionError, KeyError, ImportError)):  # a part that is missing
        breach.proof(breach.change(pages()), **more)


def test_every_proof_of_a_document_has_its_breach() -> None:
    given = {name for name, each in vars(proofs).items()
             if name.startswith("test_") and "written" in inspect.signature(each).parameters}  # fmt: skip
    assert given == {breach.proof.__name__ for breach in BREACHES}
