"""A role trusts named principals, and tokens of named subjects.

A service that a role is passed to needs no condition here: whoever passes it needs iam:PassRole in the role's account.
"""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from guard.aws.conditions import Condition, bound, conditions, names_its_caller, open_to_anyone
from guard.aws.policy_documents import (
    Statement,
    covers,
    holds,
    is_word,
    judged,
    opposite,
    parsed,
    parts,
    principals,
    wild,
    words,
)
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, items
from guard.model.locations import PROVIDERS
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.rules.iam_trust.subjects import SubjectScope, names, of_one_tenant

FAMILY: Final = "iam-trust"
ROLE: Final = "aws:iam/role:Role"
AT: Final = "assumeRolePolicy"

BY_ROLE: Final = "sts:assumerole"
BY_TOKEN: Final = "sts:assumerolewithwebidentity"  # noqa: S105, RUF100 - an action
BY_SAML: Final = "sts:assumerolewithsaml"


def _allows(statement: Statement, action: str) -> Answer:
    if "NotAction" in statement:
        return not covers(statement["NotAction"], action)
    return holds(statement.get("Action"), lambda pattern: covers(pattern, action))


@rule(
    "trust-open",
    family=FAMILY,
    on=ROLE,
    severity=Severity.CRITICAL,
    why="Anybody with an AWS account takes the role: an external id is no secret, and any account may hold a name.",
    fix="Name the accounts or roles in Principal. If it must be '*', add {'StringEquals': {'aws:PrincipalOrgID': "
    "'o-…'}} or an aws:PrincipalArn with its account; IfExists, ForAllValues and negated operators do not bind.",
)
def trust_open(role: Resource) -> Iterator[Finding]:
    def ask(statement: Statement) -> Answer:
        enters = some(_allows(statement, action) for action in (BY_ROLE, BY_TOKEN, BY_SAML))
        return every((enters, open_to_anyone(statement, role[AT])))

    return judged(role, AT, "can be assumed by principals that nobody named", ask)


# --- identity providers -------------------------------------------------------------------------------------------

# Their audience is an application of the account's owner, and its users are whom the role is for.
_APPS: Final = ("cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com")
_POOL: Final = "oidc-provider/cognito-idp."  # of Cognito, whose users are one application's as well


def _federates(statement: Statement, action: str, provider: Callable[[str], bool]) -> Answer:
    """Return whether a statement lets in by a kind of token; an unknown provider is of the only kind it can be."""
    found = principals(statement, "federated")
    other = BY_SAML if action == BY_TOKEN else BY_TOKEN
    kind = some((holds(found, provider), opposite(_allows(statement, other)) if items(found) else False))
    return every((_allows(statement, action), kind))


def _by_token(statement: Statement) -> Answer:
    return _federates(statement, BY_TOKEN, lambda provider: ":saml-provider/" not in provider)


def _names(least: SubjectScope) -> Callable[[Condition], bool]:
    return lambda condition: names(condition) >= least


@rule(
    "trust-token-subject",
    family=FAMILY,
    on=ROLE,
    severity=Severity.CRITICAL,
    why="The provider issues tokens to everybody: without a subject that names its owner, every repository on "
    "the forge takes the role; `environment:prod` or a branch are names that anybody may give.",
    fix="Add a condition on the provider's `sub` that fixes owner and project before any wildcard, e.g. {'StringLike': "
    "{'token.actions.githubusercontent.com:sub': 'repo:<organization>/<repository>:*'}}, without IfExists or "
    "ForAllValues.",
)
def trust_token_subject(role: Resource) -> Iterator[Finding]:
    def ask(statement: Statement) -> Answer:
        named = some((_of_one_tenant(statement), _binds(role, statement, SubjectScope.OWNER)))
        return every((_strangers(statement), opposite(named)))

    return judged(role, AT, "accepts tokens whose subject anybody may have", ask)


def _binds(role: Resource, statement: Statement, least: SubjectScope) -> Answer:
    """Return whether a statement lets in only tokens that name so much, by its conditions or by a denial of others."""
    return some((bound(statement, _names(least)), *(_denies(one, least) for one in parts(role[AT]))))


def _denies(statement: Statement, least: SubjectScope) -> Answer:
    """Return whether a statement denies every token but those that name so much."""
    if UNKNOWN in (statement.get("Effect"), statement.get("Condition")):
        return UNKNOWN
    if not is_word(statement.get("Effect"), "deny") or _allows(statement, BY_TOKEN) is not True:
        return False
    found = conditions(statement)
    spared = ("stringnotlike", "stringnotequals")
    return bool(found) and all(one.operator.removesuffix("ifexists") in spared and names(one) >= least for one in found)


def _of_one_tenant(statement: Statement) -> bool:
    """Return whether every provider that a statement trusts is one tenant's own."""
    found = [one.partition("oidc-provider/")[2] for one in words(principals(statement, "federated"))]
    if not found:  # not known yet, but the conditions are on its claims
        found = [one.key.rpartition(":")[0] for one in conditions(statement) if one.key.endswith((":aud", ":sub"))]
    return bool(found) and all(map(of_one_tenant, found))


def _strangers(statement: Statement) -> Answer:
    """Return whether a statement lets in by tokens that are not only for the users of one's own application."""
    ours = principals(statement, "federated")
    applies = some((holds(ours, lambda one: one not in _APPS and _POOL not in one), UNKNOWN in items(ours)))
    return every((_by_token(statement), applies))


@rule(
    "trust-token-owner",
    family=FAMILY,
    on=ROLE,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    why="Whoever may create a repository in the organization, or write to its least one, takes the role.",
    fix="Name the repository, project or pipeline in the subject as well, e.g. 'repo:<organization>/<repository>:*'.",
)
def trust_token_owner(role: Resource) -> Iterator[Finding]:
    """Where the subject names nobody at all, `trust-token-subject` says so, and this rule nothing."""

    def ask(statement: Statement) -> Answer:
        owner, project = (_binds(role, statement, least) for least in (SubjectScope.OWNER, SubjectScope.PROJECT))
        named = _of_one_tenant(statement) or owner is not False
        return every((_strangers(statement), named, opposite(project)))

    return judged(role, AT, "accepts tokens of every project of an organization", ask)


def _names_audience(condition: Condition) -> bool:
    exact = not condition.patterns or not any(map(wild, condition.values))
    return exact and condition.key.rpartition(":")[2] in ("aud", "app_id", "oaud")


def _of_a_cluster(statement: Statement) -> bool:
    """Whether the provider is an EKS cluster's own: its pods choose their audience, their subject is what counts."""
    return any("oidc-provider/oidc.eks." in one for one in words(principals(statement, "federated")))


@rule(
    "trust-token-audience",
    family=FAMILY,
    on=ROLE,
    severity=Severity.HIGH,
    why="A token that was issued for another service opens the role as well.",
    fix="Add a condition on the provider's `aud`, e.g. {'StringEquals': "
    "{'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com'}}.",
)
def trust_token_audience(role: Resource) -> Iterator[Finding]:
    def ask(statement: Statement) -> Answer:
        if _of_a_cluster(statement):
            return False
        return every((_by_token(statement), opposite(bound(statement, _names_audience))))

    return judged(role, AT, "accepts tokens that were issued for others", ask)


@rule(
    "trust-saml-audience",
    family=FAMILY,
    on=ROLE,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    why="An assertion that was issued for another service provider opens the role as well.",
    fix="Add the condition {'StringEquals': {'SAML:aud': 'https://signin.aws.amazon.com/saml'}}.",
)
def trust_saml_audience(role: Resource) -> Iterator[Finding]:
    def ask(statement: Statement) -> Answer:
        by_saml = _federates(statement, BY_SAML, lambda provider: ":saml-provider/" in provider)
        return every((by_saml, opposite(bound(statement, _names_audience))))

    return judged(role, AT, "accepts assertions that were issued for others", ask)


# --- other accounts -----------------------------------------------------------------------------------------------


def _names_certificate(condition: Condition) -> bool:
    return names_its_caller(condition) or condition.key.startswith("aws:principaltag/x509")


@rule(
    "trust-certificates",
    family=FAMILY,
    on=ROLE,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    why="Any certificate of any trust anchor of the account takes the role.",
    fix="Add a condition on the trust anchor, {'ArnEquals': {'aws:SourceArn': '…'}}, or on the certificate's subject, "
    "{'StringEquals': {'aws:PrincipalTag/x509Subject/CN': '…'}}.",
)
def trust_certificates(role: Resource) -> Iterator[Finding]:
    def ask(statement: Statement) -> Answer:
        anywhere = holds(principals(statement, "service"), lambda one: one == "rolesanywhere.amazonaws.com")
        return every((anywhere, opposite(bound(statement, _names_certificate))))

    return judged(role, AT, "trusts every certificate of IAM Roles Anywhere", ask)


_WHOLE_ACCOUNT: Final = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?")


@lru_cache(maxsize=1)
def _own_accounts(stack: Stack) -> frozenset[str]:
    """Return the accounts that the stack lives in, as far as its providers and the ARNs that are its own tell."""
    allowed_ids = [one for provider in stack.of(*PROVIDERS) for one in _list(provider["allowedAccountIds"])]
    arns = [resource.outputs.get("arn") for resource in stack.resources.values() if resource.managed]
    edges = [role["permissionsBoundary"] for role in stack.of(ROLE)]
    found = [arn.split(":")[4] for arn in (*arns, *edges) if isinstance(arn, str) and arn.count(":") >= 5]
    return frozenset(one for one in (*allowed_ids, *found) if re.fullmatch(r"\d{12}", one))


def _list(value: Any) -> list[str]:
    """Return a list that a provider carries as JSON."""
    return words(parsed(value))


def _names_purpose(condition: Condition) -> bool:
    return names_its_caller(condition) or condition.key == "sts:externalid"


@rule(
    "trust-other-account",
    family=FAMILY,
    on=ROLE,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    why="A service provider that is told this role's name by another of its customers uses it for them.",
    fix="Add {'StringEquals': {'sts:ExternalId': '…'}} with the value that the other account gave you, or name its "
    "role instead of the account.",
)
def trust_other_account(role: Resource, stack: Stack) -> Iterator[Finding]:
    """Undecided where nothing tells the stack's own account."""

    def stranger(principal: str) -> bool:
        account = _WHOLE_ACCOUNT.fullmatch(principal)
        own = _own_accounts(stack)
        return account is not None and account[1] not in own

    def ask(statement: Statement) -> Answer:
        trusts = holds(principals(statement, "aws"), stranger)
        if trusts is True and not _own_accounts(stack):
            trusts = UNKNOWN
        return every((trusts, _allows(statement, BY_ROLE), opposite(bound(statement, _names_purpose))))

    return judged(role, AT, "trusts the whole of another account without an external id", ask)
