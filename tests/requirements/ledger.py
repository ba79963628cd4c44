"""The requirements of the five systems' ledgers, and what this project reads differently in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  #: ten times faster where PyYAML has it
FILE = Path(__file__).parent.parent / "data/requirements.yaml"
BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
SYSTEM = "cloud-platform-aws"
ENVIRONMENTS = ("dev", "staging", "prod")

#: The stacks that prove a requirement, where they are not those that the ledger names, and the decision that says why.
DEVIATIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    # "… or one certificate per environment covering its api name"
    "CP-DNS-05": (ENVIRONMENTS, "docs/decisions/ADR-008-one-certificate-per-environment.md"),
    "CP-DNS-06": (ENVIRONMENTS, "docs/decisions/ADR-008-one-certificate-per-environment.md"),
}

#: The areas of SYSTEM that are built so far.
AREAS = ["NET", "SG", "NACL", "ENDPT", "LB", "DNS", "CMP", "SCALE"]
AREAS += ["WAF", "EDGE", "DB", "CACHE", "STORE", "KMS", "SEC", "IAM", "LOG", "TAG"]
AREAS += ["ALARM", "DASH", "AUTO", "COST", "DETECT", "AUDIT", "CICD", "DR", "APP", "DOC"]

#: Each has a test under tests/acceptance, and what the recording can show of it is proven with the other requirements.
DEPLOYED = "written, not run here (`pytest -m deployed --stack …`)"

#: What those areas still lack, by reason: an id without CP-, or an inclusive range; `id@stack` is one stack of it.
WAITING: Mapping[str, str] = {
    DEPLOYED: "NET-20 ENDPT-11 LB-09 WAF-11 CMP-24 SCALE-05 DB-21 CACHE-10 SEC-13 ALARM-27 AUTO-17"
    " DETECT-14 AUDIT-18 DR-03 DOC-15"
    " AA-CACHE-12 AA-DR-01 AA-APP-01 AA-APP-09..10 AA-APP-12 CA-DB-16 TC-IAM-04",
}


@dataclass(frozen=True)
class Requirement:
    """One requirement, with the stacks that prove it here."""

    id: str
    system: str
    area: str
    stacks: tuple[str, ...]
    weight: str  #: must or should

    @property
    def must(self) -> bool:
        return self.weight == "must"


@cache
def ledger() -> Mapping[str, Requirement]:
    """Every requirement of every system, by id."""
    return {
        id_: Requirement(id_, system, row["area"], _stacks(id_, system, row["stacks"]), row["weight"])
        for system, rows in yaml.load(FILE.read_text(), LOADER).items()
        for id_, row in rows.items()
    }


@cache
def environments(system: str) -> tuple[str, ...]:
    """The stacks of a system below blueprints/."""
    return tuple(file.name.split(".")[1] for file in sorted((BLUEPRINTS / system).glob("Pulumi.*.yaml")))


def _stacks(id_: str, system: str, named: Sequence[str]) -> tuple[str, ...]:
    """The stacks that prove a requirement: of a system below blueprints/, `all` is each one."""
    if id_ in DEVIATIONS:
        return DEVIATIONS[id_][0]
    return environments(system) if [*named] == ["all"] and system != SYSTEM else tuple(named)


@cache
def waiting() -> Mapping[tuple[str, str], str]:
    """(id, stack) and why nothing proves it yet, for the areas that are built."""
    return {pair: reason for reason, words in WAITING.items() for word in words.split() for pair in _pairs(word)}


def _pairs(word: str) -> Iterator[tuple[str, str]]:
    """NET-20, SEC-07..08 or IAM-30@shared; of another system AA-APP-01"""
    word, _, only = word.partition("@")
    area, _, numbers = (word if word.count("-") > 1 else f"CP-{word}").rpartition("-")
    first, _, last = numbers.partition("..")
    for number in range(int(first), int(last or first) + 1):
        id_ = f"{area}-{number:02}"
        for stack in ledger()[id_].stacks:
            if only in ("", stack):
                yield id_, stack
