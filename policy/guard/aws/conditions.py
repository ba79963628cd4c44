"""Conditions of statements: which of them confine an Allow, and whether strangers get past them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, cast

from guard.aws.networks import broad
from guard.aws.policy_documents import (
    Statement,
    admits_anyone,
    anyone,
    covers,
    hidden,
    is_word,
    opposite,
    parts,
    wild,
    words,
)
from guard.model.graph import UNKNOWN
from guard.model.logic import Answer, every, some


class Condition(NamedTuple):
    """One condition of a statement, all in lower case."""

    operator: str
    key: str
    values: list[str]

    @property
    def plain(self) -> str:
        """The operator without its quantifier and without IfExists."""
        return self.operator.rpartition(":")[2].removesuffix("ifexists")

    @property
    def lenient(self) -> bool:
        """Whether a request without the key passes."""
        return self.operator.startswith("forallvalues:") or self.operator.endswith("ifexists")

    @property
    def patterns(self) -> bool:
        """Whether a value may match more than itself: wildcards are wildcards there, and networks hold addresses."""
        return self.plain.endswith(("like", "ipaddress")) or self.plain in ("arnequals", "arnnotequals")


def conditions(statement: Statement) -> list[Condition]:
    """Return a statement's conditions, without values that are not known."""
    return [Condition(operator, key, words(values)) for operator, key, values in _conditions(statement)]


def _conditions(statement: Statement) -> Iterator[tuple[str, str, Any]]:
    block = statement.get("Condition")
    for operator, keys in cast(dict[str, Any], block).items() if isinstance(block, dict) else ():
        for key, values in cast(dict[str, Any], keys).items() if isinstance(keys, dict) else ():
            yield operator.lower(), key.lower(), values


_POSITIVE: Final = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress", "bool")
_NEGATIVE: Final = ("stringnotequals", "stringnotequalsignorecase", "stringnotlike", "arnnotequals", "arnnotlike")

Test = Callable[[Condition], bool]


def bound(statement: Statement, binds: Test) -> Answer:
    """Return whether a condition of an Allow really confines it: it passes the test, and no request gets around it.

    Negated operators let in the rest of the world; with IfExists or ForAllValues a request without the key passes,
    unless `Null` asks for the key.
    """
    if statement.get("Condition") is UNKNOWN:
        return UNKNOWN
    present = {key for operator, key, values in conditions(statement) if operator == "null" and values == ["false"]}
    return some(_binds(*found, binds, present) for found in _conditions(statement))


def _binds(operator: str, key: str, values: Any, binds: Test, present: set[str]) -> Answer:
    condition = Condition(operator, key, words(values))
    if condition.plain not in _POSITIVE or (condition.lenient and key not in present):
        return False
    if condition.values and not binds(condition):
        return False
    if not hidden(values):
        return bool(condition.values)
    # An unknown value is one value, but as a pattern it may match everything.
    return UNKNOWN if condition.patterns or not binds(condition._replace(values=["unknown"])) else True


def each(test: Callable[[str], bool]) -> Callable[[Condition], bool]:
    """Return a test of conditions that all values must pass."""
    return lambda condition: all(map(test, condition.values))


def _exact(value: str) -> bool:
    """Whether a value is one value; a variable that the caller fills in is whatever the caller is."""
    return not wild(value) and ("${" not in value or "${aws:resource" in value)


def _of_an_organization(value: str) -> bool:
    return bool(re.match(r"o-[a-z0-9]+/", value))


def _of_an_account(value: str) -> bool:
    """Whether an ARN, or a pattern of ARNs, names its account; a bucket's has none, but the bucket's name is unique."""
    fields = re.sub(r"\$\{aws:resourceaccount\}", "0" * 12, value).split(":", 5)
    if len(fields) < 6:
        return False
    service, account, name = fields[2], fields[4], fields[5]
    if re.fullmatch(r"\d{12}", account):
        return True
    return _exact(re.split("[/:]", name, maxsplit=1)[0]) if service == "s3" else not account and _exact(value)


def _of_a_role(value: str) -> bool:
    """Whether a user id names its role: what follows the colon is a session's name, and anybody's."""
    return _exact(value.split(":", maxsplit=1)[0])


def _of_a_network(condition: Condition) -> bool:
    return not broad(condition.values)


# Keys that tell whose request it is, in a way that no stranger can bring about.
_WHOSE: Final[dict[str, Test]] = {
    **dict.fromkeys(
        (
            *("aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid", "aws:principalaccount", "aws:sourceaccount"),
            *("aws:sourceowner", "aws:vpceaccount", "kms:calleraccount", "s3:dataaccesspointaccount"),
            *("aws:sourcevpc", "aws:sourcevpce", "aws:principalservicename"),
            *("vpc-lattice-svcs:sourcevpc", "vpc-lattice-svcs:sourcevpcowneraccount"),
        ),
        each(_exact),
    ),
    **dict.fromkeys(
        ("aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"),
        each(_of_an_organization),
    ),
    **dict.fromkeys(
        (
            *("aws:principalarn", "aws:sourcearn", "aws:sourcevpcarn", "s3:dataaccesspointarn"),
            *("elasticfilesystem:accesspointarn", "lambda:sourcefunctionarn"),
        ),
        each(_of_an_account),
    ),
    # The resource's owner is the caller's: the same as the other way round.
    "aws:resourceorgid": each(lambda value: value == "${aws:principalorgid}"),
    "aws:resourceaccount": each(lambda value: value == "${aws:principalaccount}"),
    "aws:userid": each(_of_a_role),
    "aws:sourceip": _of_a_network,
    "elasticfilesystem:accessedviamounttarget": lambda condition: condition.values == ["true"],
}

# Log groups and distributions tell themselves so where a key encrypts for them.
_CONTEXT: Final = "kms:encryptioncontext:"


def names_its_caller(condition: Condition) -> bool:
    """Say whether a condition admits only callers, or sources, that somebody chose."""
    if not condition.patterns:  # There a star is a star, and matches nobody.
        condition = condition._replace(values=[value for value in condition.values if not wild(value)])
    if condition.key.startswith(_CONTEXT):
        return all(value.startswith("arn:") and _of_an_account(value) for value in condition.values)
    test = _WHOSE.get(condition.key)
    return test is not None and test(condition)


def open_to_anyone(statement: Statement, document: Any) -> Answer:
    """Return whether an Allow lets in principals that nobody named: neither its conditions nor a Deny keep them out."""
    anybody = admits_anyone(statement)
    if anybody is False:
        return False
    guarded = some(_keeps_out(other, statement) for other in parts(document))
    return every((anybody, opposite(bound(statement, names_its_caller)), opposite(guarded)))


def _keeps_out(deny: Statement, allow: Statement) -> Answer:
    """Return whether a Deny takes away from strangers all that a statement allows."""
    if UNKNOWN in (deny.get("Effect"), deny.get("Condition")):
        return UNKNOWN
    if not is_word(deny.get("Effect"), "deny") or not _takes(deny, allow):
        return False
    if deny.get("NotPrincipal") is not None:
        return "Condition" not in deny and admits_anyone({"Principal": deny["NotPrincipal"]}) is False
    found = conditions(deny)
    return anyone(deny.get("Principal")) and bool(found) and all(map(_excludes_only_named, found))


def _takes(deny: Statement, allow: Statement) -> bool:
    return all(
        covers(deny.get(element), wanted)
        for element in ("Action", "Resource")
        for wanted in (["*"] if f"Not{element}" in allow else words(allow.get(element)))
    )


def _excludes_only_named(condition: Condition) -> bool:
    """Say whether a Deny under this condition spares nobody but named callers, or AWS itself."""
    if condition.key == "aws:principalisawsservice":
        return condition.values == ["false"]
    negated = condition.plain in (*_NEGATIVE, "notipaddress") and not condition.operator.startswith("foranyvalue:")
    return negated and names_its_caller(condition)
