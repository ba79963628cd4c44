"""Whom a token's subject names: somebody's one project, all of somebody's, or nobody.

The tokens of a shared issuer are everybody's to have: there the subject must name its owner, and `environment:prod` or
`ref:refs/heads/main` name none, for an organization writes its own subjects (GitHub, "Customizing the token claims").
An issuer whose address holds its tenant gives tokens to that tenant only.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from guard.aws.conditions import Condition
from guard.aws.policy_documents import wild


class SubjectScope(IntEnum):
    """How much a condition on a token says of whom it is for."""

    NOBODY = 0
    OWNER = 1  # everything of one organization, group or account
    PROJECT = 2  # one repository, project, workspace, pipeline or namespace


# Issuers of tokens for everybody who has an account there, by their address without a scheme.
SHARED: Final = frozenset(
    {
        *("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com"),
        *(
            "api.pulumi.com/oidc",
            "api.pulumi.com/oidc/v2",
            "oidc.vercel.com",
            "oidc.codefresh.io",
            "scalr.io",
            "oidc.modal.com",
        ),
    }
)

# Clusters, wherever they run: their tokens are their pods' to have, each by a subject of its own.
_CLUSTERS: Final = re.compile(
    r"oidc\.eks\.|container\.googleapis\.com/|[\w.-]+\.oic\.prod-aks\.azure\.com/|[\w.-]*s3[\w.-]*\.amazonaws\.com/"
)

# Issuers whose host begins with the tenant's own name: `acme.eu.auth0.com/`, `acme.app.spacelift.io` (their pages on
# OpenID Connect for AWS).
_HOSTS: Final = re.compile(
    r"[\w-]+(?:\.\w\w)?\.auth0\.com|[\w-]+\.okta(?:-emea|preview)?\.com|[\w-]+\.onelogin\.com"
    r"|[\w-]+\.app(?:\.us)?\.spacelift\.io|[\w-]+\.semaphoreci\.com|[\w-]+\.teleport\.sh"
)


def of_one_tenant(issuer: str) -> bool:
    """Say whether all tokens of an issuer are one tenant's, by the tenant in its address; a cluster's are its pods'."""
    issuer = issuer.rstrip("/")
    own = "/" in issuer or _HOSTS.fullmatch(issuer) is not None
    return own and issuer not in SHARED and not _CLUSTERS.match(f"{issuer}/")


_PART: Final = r"[^*?/:@]+"
# How a subject says its parts, one after another; whatever stands before them must be said in full.
_OWNERS: Final = (
    rf"(?:repo|repository|project_path|job_workflow_ref):{_PART}(?:@\d+)?/",
    r"(?:repository_)?(?:owner|org|organization|account|workspace|enterprise|namespace|repository|project)(?:_id)?"
    rf":{_PART}(?::|$)",
    rf"pulumi\.organization\.login:{_PART}(?::|$)",  # of Pulumi ESC, with `subjectAttributes`
)
_PROJECTS: Final = (
    rf"(?:repo|repository):{_PART}(?:@\d+)?/{_PART}(?:@\d+)?(?::|$)",
    rf"job_workflow_ref:{_PART}/{_PART}/",
    rf"project_path:{_PART}(?:/{_PART})+(?::|$)",
    rf"(?:repository|project)_id:{_PART}(?::|$)",
    rf"(?:organization|org|owner|account):{_PART}:(?:[^*?]+:)?(?:project|workspace|pipeline|environment):{_PART}(?::|$)",
    rf"organization:{_PART}:project:[^:]*:workspace:{_PART}(?::|$)",  # an organization's workspaces have a name each
    rf"pulumi\.organization\.login:{_PART}:(?:[^*?]+:)?currentenvironment\.name:[^*?:]+(?::|$)",
    rf"org:{_PART}:env:{_PART}(?:/{_PART})?(?::|$)",
)
_OWNER: Final = re.compile(rf"(?:[^*?]*:)?(?:{'|'.join(_OWNERS)})")
_PROJECT: Final = re.compile(rf"(?:[^*?]*:)?(?:{'|'.join(_PROJECTS)})")

_NAMESPACE: Final = re.compile(r"system:serviceaccount:[^*?:]+:")
_TWO_PARTS: Final = re.compile(r"[^*?:/|]+[:/|][^*?:/|]+")  # of an issuer that we do not know
_SOMETHING: Final = re.compile(r"[^*?]{3}")  # of an issuer that is one tenant's own


def _subject(issuer: str, value: str) -> SubjectScope:
    if issuer in SHARED:
        return (
            SubjectScope.PROJECT
            if _PROJECT.match(value)
            else SubjectScope.OWNER
            if _OWNER.match(value)
            else SubjectScope.NOBODY
        )
    if not wild(value):
        return SubjectScope.PROJECT if value else SubjectScope.NOBODY
    literal = re.split(r"[*?]", value, maxsplit=1)[0]
    if value.startswith("system:") or "system:".startswith(literal):  # Kubernetes, wherever it runs; `sys*` is that too
        known = _NAMESPACE.match(value)
    elif of_one_tenant(issuer):
        known = _SOMETHING.match(value)
    else:
        known = (_PROJECT if _OWNER.match(value) else _TWO_PARTS).match(value)
    return SubjectScope.PROJECT if known else SubjectScope.OWNER if _OWNER.match(value) else SubjectScope.NOBODY


def _repository(value: str) -> SubjectScope:
    if re.match(r"[^*?/]+/[^*?/]+$", value):
        return SubjectScope.PROJECT
    return SubjectScope.OWNER if re.match(r"[^*?/]+/", value) else SubjectScope.NOBODY


def _workflow(value: str) -> SubjectScope:
    return SubjectScope.PROJECT if re.match(r"[^*?/]+/[^*?/]+/", value) else _repository(value)


def _exactly(names: SubjectScope, value: str) -> SubjectScope:
    return SubjectScope.NOBODY if wild(value) else names


def names(condition: Condition) -> SubjectScope:
    """Return whom a condition on a token names: AWS offers some claims beside the subject, for GitHub since 2026."""
    issuer, _, claim = condition.key.rpartition(":")
    values = condition.values if condition.patterns else [one for one in condition.values if not wild(one)]
    found = [_of_claim(issuer, claim, value) for value in values]
    # Where a star is a star, it matches no token at all.
    return min(found, default=SubjectScope.NOBODY if condition.patterns else SubjectScope.PROJECT)


def _of_claim(issuer: str, claim: str, value: str) -> SubjectScope:
    match claim:
        case "sub":
            return _subject(issuer, value)
        case "repository":
            return _repository(value)
        case "job_workflow_ref":
            return _workflow(value)
        case "repository_id":
            return _exactly(SubjectScope.PROJECT, value)
        case "repository_owner" | "repository_owner_id" | "enterprise" | "enterprise_id":
            return _exactly(SubjectScope.OWNER, value)
        case _:
            return SubjectScope.NOBODY
