"""Policy documents in one shape, whatever JSON, lists or scalars they were written in, and what they really say.

A rule that forbids something reads a document with `allowed`: it hides nothing, so one bad statement breaks the rule
while the rest is unknown. A rule that asks for something reads it with `statements`: unknown as soon as a part is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from guard.aws.networks import broad
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, dig, items
from guard.model.logic import Answer, every, some

Statement = dict[str, Any]

_ELEMENTS: Final = {
    name.lower(): name
    for name in (
        *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"),
        *("Condition",),
    )
}

# What a statement says of which nothing is known.
OPAQUE: Final[Statement] = dict.fromkeys(("Effect", "Principal", "Action", "Resource", "Condition"), UNKNOWN)


# --- one shape ----------------------------------------------------------------------------------------------------


def parsed(document: Any) -> Any:
    """Return a document as data, JSON text or not; ABSENT if it is text that is no JSON."""
    return _parsed(document) if isinstance(document, str) else document


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ABSENT


def statements(document: Any) -> list[Statement] | Missing:
    """Return a document's statements; UNKNOWN if any part of it is, for then the provider hides all of it."""
    found = parts(document)
    return UNKNOWN if any(_hidden(statement) for statement in found) else found


def parts(document: Any) -> list[Statement]:
    """Return a document's statements, OPAQUE ones for those of which nothing is known."""
    document = parsed(document)
    if document is UNKNOWN:
        return [OPAQUE]
    found = items(cast(dict[str, Any], document).get("Statement")) if isinstance(document, dict) else []
    return [
        OPAQUE if entry is UNKNOWN else _spelt(cast(dict[str, Any], entry))
        for entry in found
        if entry is UNKNOWN or isinstance(entry, dict)
    ]


def allowed(document: Any) -> list[Statement]:
    """Return the statements of a document that allow something, and those that may."""
    found = [(statement, statement.get("Effect")) for statement in parts(document)]
    return [OPAQUE if effect is UNKNOWN else one for one, effect in found if effect is UNKNOWN or _is(effect, "allow")]


def _spelt(statement: dict[str, Any]) -> Statement:
    return {_ELEMENTS.get(name.lower(), name): value for name, value in statement.items()}


def _is(value: Any, word: str) -> bool:
    return isinstance(value, str) and value.lower() == word


def _hidden(value: Any) -> bool:
    """Say whether any part of a value is unknown."""
    if isinstance(value, dict):
        return any(map(_hidden, cast(dict[str, Any], value).values()))
    return value is UNKNOWN or (isinstance(value, list) and any(map(_hidden, cast(list[Any], value))))


class Carried(NamedTuple):
    """A document that a resource carries, where, and its name if there are several."""

    at: str
    name: str
    document: Any


def carried(resource: Resource, path: str) -> list[Carried]:
    """Return the documents at a path; in a list of blocks each has its own."""
    outer, _, key = path.rpartition(".")
    blocks = resource[outer] if outer else resource.inputs
    if blocks is UNKNOWN:
        return [Carried(path, "", UNKNOWN)]
    found = [(dig(block, "name"), dig(block, key)) for block in items(blocks)]
    several = isinstance(blocks, list)
    return [
        Carried(path, name if several and isinstance(name, str) else "", document)
        for name, document in found
        if document is not ABSENT
    ]


def judged(resource: Resource, at: str, text: str, ask: Callable[[Statement], Answer]) -> Iterator[Finding]:
    """Ask every statement of a resource's document that allows something; yes is a breach."""
    for number, statement in enumerate(allowed(resource[at]), start=1):
        sid = statement.get("Sid")
        about = sid if isinstance(sid, str) and sid else f"statement {number}"
        match ask(statement):
            case True:
                yield resource.finding(text, at=at, about=about)
            case False:
                pass
            case _:
                yield resource.undecided(at, about)


# --- elements -----------------------------------------------------------------------------------------------------


def words(value: Any) -> list[str]:
    """Return an element that may be a word or a list of words as lower-case words; `false` is a word, too."""
    found = list(cast(tuple[Any, ...], value)) if isinstance(value, tuple) else items(value)
    return [str(item).lower() for item in found if item is not UNKNOWN]


def holds(value: Any, test: Callable[[str], bool]) -> Answer:
    """Return whether one of an element's words passes a test; UNKNOWN if none does and one is not known."""
    return some([*map(test, words(value)), *(UNKNOWN for item in items(value) if item is UNKNOWN)])


def opposite(answer: Answer) -> Answer:
    """Return no for yes, yes for no, and UNKNOWN for itself."""
    return UNKNOWN if answer is UNKNOWN else not answer


def covers(patterns: Any, name: str) -> bool:
    """Say whether a name matches one of an element's patterns."""
    return any(fnmatchcase(name.lower(), pattern.replace("[", "[[]")) for pattern in words(patterns))


def wild(pattern: str) -> bool:
    """Say whether a pattern may match more than itself."""
    return "*" in pattern or "?" in pattern


# --- principals ---------------------------------------------------------------------------------------------------


def principals(statement: Statement, kind: str) -> Any:
    """Return the principals of a kind (AWS, Service, Federated), in whatever shape they were written."""
    found = statement.get("Principal")
    if isinstance(found, dict):
        return [one for key, value in cast(dict[str, Any], found).items() if _is(key, kind) for one in items(value)]
    return found if found is UNKNOWN else []


def anyone(principal: Any) -> bool:
    """Say whether a Principal element means everybody."""
    if isinstance(principal, dict):
        return any("*" in words(value) for key, value in cast(dict[str, Any], principal).items() if key in ("AWS", "*"))
    return "*" in words(principal)


# A principal is named in full: a wildcard in it, or in the account of an ARN, is everybody's.
_OPEN: Final = re.compile(r"[*?]|arn:[^:]*:(iam|sts)::[^:]*[*?]")


def admits_anyone(statement: Statement) -> Answer:
    """Return whether a statement speaks to principals that nobody named; all but some are such, too."""
    if statement.get("NotPrincipal") is not None:
        return True
    principal = statement.get("Principal")
    values = list(cast(dict[str, Any], principal).values()) if isinstance(principal, dict) else [principal]
    return some(holds(value, lambda word: bool(_OPEN.match(word))) for value in values)


# --- conditions ---------------------------------------------------------------------------------------------------


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
    if not _hidden(values):
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
    fields = value.split(":", 5)
    if len(fields) < 6:
        return False
    service, account, name = fields[2], fields[4], fields[5]
    if re.fullmatch(r"\d{12}|\$\{aws:resourceaccount\}", account):
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
    if not _is(deny.get("Effect"), "deny") or not _takes(deny, allow):
        return False
    if deny.get("NotPrincipal") is not None:
        return "Condition" not in deny and admits_anyone({"Principal": deny["NotPrincipal"]}) is False
    found = conditions(deny)
    return anyone(deny.get("Principal")) and bool(found) and all(map(_spares_only_named, found))


def _takes(deny: Statement, allow: Statement) -> bool:
    return all(
        covers(deny.get(element), wanted)
        for element in ("Action", "Resource")
        for wanted in (["*"] if f"Not{element}" in allow else words(allow.get(element)))
    )


def _spares_only_named(condition: Condition) -> bool:
    """Say whether a Deny under this condition spares nobody but named callers, or AWS itself."""
    if condition.key == "aws:principalisawsservice":
        return condition.values == ["false"]
    negated = condition.plain in (*_NEGATIVE, "notipaddress") and not condition.operator.startswith("foranyvalue:")
    return negated and names_its_caller(condition)
