"""Policies in Cedar, by which Verified Access decides who comes through to an application."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.model.graph import UNKNOWN, Finding, Resource
from guard.model.rule import Severity, rule

FAMILY: Final = "public-resource-policy"

_COMMENT: Final = re.compile(r"//[^\n]*")
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_PERMIT: Final = re.compile(r"\bpermit\s*\((?P<scope>[^)]*)\)\s*(?P<rest>[^;]*)", re.DOTALL)
_ALWAYS: Final = re.compile(r"^when\s*\{\s*true\s*\}$")


@rule(
    "access-policy-open",
    family=FAMILY,
    on=("aws:verifiedaccess/group:Group", "aws:verifiedaccess/endpoint:Endpoint"),
    severity=Severity.HIGH,
    why="A permit without a condition lets through whoever the trust provider knows, from any device.",
    fix='Ask for something in each permit: `when { context.<provider>.groups.contains("<group>") }`.',
)
def access_policy_open(resource: Resource) -> Iterator[Finding]:
    document = resource["policyDocument"]
    if document is UNKNOWN:
        yield resource.undecided("policyDocument")
    elif isinstance(document, str) and any(_open(permit) for permit in _PERMIT.finditer(_bare(document))):
        yield resource.finding("lets in everybody whom its trust provider knows", at="policyDocument")


def _bare(document: str) -> str:
    """Leave out what may hold anything: comments, and the content of texts."""
    return _COMMENT.sub("", _TEXT.sub('""', document))


def _open(permit: re.Match[str]) -> bool:
    """Whether a permit names nobody in its scope and asks for nothing after it."""
    rest = permit["rest"].strip()
    return not re.search(r"==|\bin\b|\bis\b", permit["scope"]) and (not rest or bool(_ALWAYS.match(rest)))
