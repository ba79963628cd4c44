"""What is shown beside things shows no secrets: tags, descriptions, and what a stack exports."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.aws.taggable import tokens
from guard.aws.texts import data
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, canonical, items
from guard.model.locations import PROVIDERS
from guard.model.recorded import STACK
from guard.model.rule import Severity, rule
from guard.rules.secret_plaintext.detection import Name, chosen, known_format, leads, literal, name_class, words
from guard.rules.secret_plaintext.properties import ALSO_SECRETS, ONLY_SECRETS
from guard.rules.secret_plaintext.scripts import hits, leaves

FAMILY: Final = "secret-plaintext"
_PROVIDER: Final = PROVIDERS[0]
_SOURCES: Final = {**ONLY_SECRETS, **ALSO_SECRETS}  # of these an unknown value may be the secret itself
# In a sentence: password: Tr0ub4dor, token=abc. A word without a figure is prose.
_ASSIGNED: Final = re.compile(r"([A-Za-z][\w-]{1,60})\s*(?:[:=]|\bis\b)\s*[\"'`]?([^\s\"'`,;)]+)")
_MIXED: Final = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[^\s]{6,}")
# What is said of a password has a figure too: rotated-30d, 16-digit, sha256-hashed, a ticket, a standard.
_SAID: Final = re.compile(
    r"(?:.*[-_:/])?(?:auth|auto|backed|based|chars?|characters|compliant|days?|digits?|encoded|encrypted|expires?|expiry"
    r"|generated|hashed|hours?|legacy|managed|months?|protected|reviewed|rotated|rotates?|rotation|signed|stored)"
    r"(?:[-_:/].*)?|\W*\d+(?:\.\.\d+)?(?:chars?|characters|digits?)"
    r"|(?i:(?:.*[-/])?(?:aes|bcrypt|ed|fips|iso|ldap|nist|rfc|saml|scram|sha|soc|ssl|tls)(?:-sha)?[-_v]*\d.*)"
    r"|[A-Z]{2,}(?:-[A-Z]+)*-\d[\d.]*"
)
# By these properties the provider says what anybody may know of a resource; SES's tokens stand in the zone.
_KNOWN: Final = ("id", "name", "arn", "verificationToken", "dkimTokens")


@rule(
    "secret-in-label",
    family=FAMILY,
    on=tuple(dict.fromkeys((*(canonical(token) for token in tokens()), _PROVIDER))),
    severity=Severity.HIGH,
    why="Tags and descriptions are shown in the console, in bills and events, and to whoever may list things; nothing "
    "keeps them secret.",
    fix="Take it out and give the service another one, kept in Secrets Manager; a tag may name the secret.",
)
def secret_in_label(resource: Resource, stack: Stack) -> Iterator[Finding]:
    at = "defaultTags" if resource.type == _PROVIDER else "tags"
    found = list(leaves(data(resource[at])))
    for name, text in found:
        if text is not UNKNOWN and (what := _told(name, text)):
            yield resource.finding(f"shows `{name}`, {what}, to whoever may list it", at=at, about=name)
    text = resource.inputs.get("description")
    if isinstance(text, str) and (what := _said(text)):
        yield resource.finding(f"shows {what} to whoever may list it", at="description")
    hidden = {at: any(text is UNKNOWN for _, text in found), "description": text is UNKNOWN}
    for path in (path for path, unknown in hidden.items() if unknown):
        behind = [stack.resources.get(urn) for urn in resource.depends.get(path, ())]
        if not behind or any(one is not None and one.type in _SOURCES for one in behind):
            yield resource.undecided(path)


def _said(text: str) -> str:
    return known_format(text) or next(
        filter(None, (_told(match[1], match[2]) for match in _ASSIGNED.finditer(text))), ""
    )


def _told(name: str, text: str) -> str:
    """Say what tells that a label is a secret; a word under a name such as `secret` is most often another name."""
    if what := known_format(text):
        return what
    if name_class(name) is not Name.SURE or not literal(text) or _SAID.fullmatch(text):
        return ""
    password = words(name)[-1].endswith(("password", "passwd", "passphrase", "pwd"))
    mixed = password and bool(_MIXED.fullmatch(text))
    return "a secret by its name" if mixed or chosen(name, text) else ""


@rule(
    "secret-in-output",
    family=FAMILY,
    on=STACK,
    severity=Severity.HIGH,
    why="What a stack exports in clear stands in its state, on the console of every deployment and in every stack that "
    "refers to it.",
    fix="Export the secret's ARN or name instead; or keep the output secret (pulumi.Output.secret, and no unsecret).",
)
def secret_in_output(root: Resource, stack: Stack) -> Iterator[Finding]:
    sealed = {text for secret in root.secrets for _, text in leaves(secret)}
    for output, value in root.outputs.items():
        for name, text in leaves(value, output):
            if text is UNKNOWN:
                if UNKNOWN not in sealed and name_class(name) is Name.SURE and not leads(name):
                    yield root.undecided(output)
            elif text not in sealed and any(hits(text, name)) and not _of_a_resource(text, stack):
                yield root.finding(f"exports `{output}` in plain text, which holds a secret", at=output)


def _of_a_resource(text: str, stack: Stack) -> bool:
    """Say whether a text is what a resource is called, `secret.name` under the name `secret`, or shown by all means."""
    tables = (table for one in stack.resources.values() if one.type != STACK for table in (one.inputs, one.outputs))
    return any(text in items(table.get(name)) for table in tables for name in _KNOWN)
