"""The pack on programs of others: each as it should be, and with a twist that breaks known rules and no other."""

from __future__ import annotations

from datetime import date
from types import ModuleType

import pytest

from preview.pack import PackVerdict, ask
from preview.recorder import record
from tests.policy.foreign import documents, inline, package

# The package's subnets come from a program in another language; only the engine runs that one, so none exist here.
RUNS = [(inline, False), (inline, True), (documents, False), (documents, True), (package, False)]
CONFIG = {"aws:region": "eu-west-1"}


def verdict(program: ModuleType, twist: str, *, known: bool) -> PackVerdict:
    recording = record(getattr(program, twist), project="foreign", stack="test", config=CONFIG, known=known)
    return ask(recording, date(2026, 3, 1))


def name(value: ModuleType | bool) -> str:
    if isinstance(value, ModuleType):
        return value.__name__.rsplit(".", maxsplit=1)[-1]
    return "existing" if value else "new"


@pytest.mark.parametrize(("program", "known"), RUNS, ids=name)
def test_a_compliant_program_passes(program: ModuleType, known: bool) -> None:
    assert [note.message for note in verdict(program, "compliant", known=known).violations] == []


@pytest.mark.parametrize(("program", "known"), RUNS, ids=name)
def test_a_twist_is_found(program: ModuleType, known: bool) -> None:
    found = verdict(program, "violating", known=known)
    assert {note.rule for note in found.violations} == program.EXPECTED
    assert all(note.urn and note.fix for note in found.violations)


def test_what_cannot_be_known_is_said() -> None:
    """The document with an unknown part, and the subnets of the package."""
    unknown = {note.rule for note in verdict(documents, "compliant", known=False).undecided}
    assert unknown == {"bucket-tls", "policy-open", "policy-source", "policy-source-of-records"}
    subnets = {note.rule for note in verdict(package, "compliant", known=False).undecided}
    assert subnets == {"data-subnet-public"}
