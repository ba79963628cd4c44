"""A report with one of everything, for the tests of what `guard check` writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pulumi_policy import EnforcementLevel, Severity

from guard.cli.report import Checked, CheckReport, levels
from guard.cli.state import Position, State
from guard.crossguard.configuration import rule_sets
from guard.crossguard.exemptions import Exemption, Exemptions
from guard.crossguard.verdict import Terms, weigh
from guard.model.graph import Finding, Resource, Stack
from guard.model.rule import Profile, Rule

QUEUE, TOPIC = "aws:sqs/queue:Queue", "aws:sns/topic:Topic"


def colour(resource: Resource) -> Iterator[Finding]:
    """Breaks on red, once more on its shade, and cannot say before the colour is known."""
    match resource.inputs["colour"]:
        case "red":
            yield resource.finding("is red", at="colour")
            yield resource.finding("is of a dark shade", at="colour", about="shade")
        case "unknown":
            yield resource.undecided("colour")
        case _:
            return


def shape(resource: Resource) -> Iterator[Finding]:
    if resource.inputs["colour"] == "red":
        yield resource.finding("is round", at="shape")


def a_rule(name: str, check: Any, level: EnforcementLevel, controls: tuple[str, ...] = ()) -> Rule:
    on, why, fix = (QUEUE, TOPIC), "Red is loud.", "Paint it."
    return Rule(name, "encrypt-at-rest", on, Severity.HIGH, controls, why, fix, level, graph=False, check=check)


RULES_HERE = (
    a_rule("no-red", colour, EnforcementLevel.MANDATORY, ("FSBP SQS.1",)),
    a_rule("no-round", shape, EnforcementLevel.ADVISORY),
)


def a_resource(name: str, colour: str, token: str = QUEUE) -> Resource:
    return Resource(f"urn:pulumi:live::shop::{token}::{name}", token, {"colour": colour})


RED, BLUE, DARK, SPARED = (
    a_resource("loud", "red"), a_resource("calm", "blue"), a_resource("hidden", "unknown"), a_resource("spared", "red"),
)  # fmt: skip
REASON = Exemption("no-red", "spared", "It is a fire engine.", "team", expires=date(2026, 3, 31))
USELESS = Exemption("no-red", "gone", "It was red.", "team", decision="docs/decisions/ADR-001-red.md")


def judged(*resources: Resource, problems: tuple[str, ...] = (), source: str = "live.json") -> Checked:
    exemptions = Exemptions((REASON, USELESS), problems)
    terms = Terms(tuple(rule_sets(RULES_HERE, Profile.BASELINE)), exemptions)
    places = {RED.urn: Position("stores/red ones.py", 12)}
    state = State(source, "shop", "live", resources, places)
    return Checked(state, Profile.BASELINE, levels(terms), weigh(Stack(resources), terms))


PROBLEM = "guard:exemptions, entry 3: reason is missing"
EVERYTHING = judged(RED, BLUE, DARK, SPARED, problems=(PROBLEM,))
CLEAN = judged(BLUE)
REPORT = CheckReport((EVERYTHING,), RULES_HERE)
