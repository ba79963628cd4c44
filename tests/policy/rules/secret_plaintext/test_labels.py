"""What a stack exports as a secret stays one: nothing is said of it, nor of the value beside it."""

from __future__ import annotations

from guard.model.graph import UNKNOWN, Resource, Stack
from guard.model.recorded import STACK
from guard.model.rule import judge
from guard.rules import RULES
from tests.policy.rules.secret_plaintext.literals import PASSWORD


def _told(outputs: dict[str, object], *secrets: object) -> list[tuple[str, bool]]:
    root = Resource(f"urn:pulumi:dev::shop::{STACK}::shop-dev", STACK, {}, outputs, secrets=secrets)
    found = judge(RULES["secret-in-output"], root, Stack([root]))
    assert all(PASSWORD not in one.text + one.about for one in found)
    return [(one.at, one.undecided) for one in found]


def test_an_output_in_clear_is_told_and_a_secret_one_is_not() -> None:
    assert _told({"dbPassword": PASSWORD}) == [("dbPassword", False)]
    assert _told({"dbPassword": PASSWORD}, PASSWORD) == []
    assert _told({"db": {"password": PASSWORD}}, {"password": PASSWORD}) == []


def test_one_that_is_not_known_yet_is_open_unless_a_secret_is() -> None:
    assert _told({"dbPassword": UNKNOWN}) == [("dbPassword", True)]
    assert _told({"dbPassword": UNKNOWN}, UNKNOWN) == []
