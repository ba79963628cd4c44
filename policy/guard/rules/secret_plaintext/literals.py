"""Secrets stand in a secret store: not in what others can read of a resource, and not in the program.

Whatever an environment or a script holds, everybody may read who may describe the resource, wherever it came from. A
service that is handed a password keeps it well; there only a literal of the program is wrong. Findings name the key.
"""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from guard.aws.templates import TEMPLATES
from guard.aws.texts import data
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, dig, items, truth
from guard.model.locations import PROVIDERS
from guard.model.rule import Severity, rule
from guard.rules.secret_plaintext.addresses import ADDRESSES
from guard.rules.secret_plaintext.configuration import configured
from guard.rules.secret_plaintext.detection import (
    Name,
    chosen,
    drawn,
    leads,
    literal,
    name_class,
    placeholder,
    reference,
)
from guard.rules.secret_plaintext.properties import (
    ALSO_SECRETS,
    ENVIRONMENTS,
    HANDED,
    HANDED_BY_NAME,
    ONLY_SECRETS,
    PARAMETER,
    SCRIPTS,
    SECRET_VERSION,
    STORES,
)
from guard.rules.secret_plaintext.scripts import Hit, document, hits, leaves, unnamed

FAMILY: Final = "secret-plaintext"
# Of these a property says what the value is called.
NAMED_BESIDE: Final = {"aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": "key"}


def _findings(resource: Resource, at: str, found: Iterable[Hit]) -> Iterator[Finding]:
    for name, what in dict.fromkeys(found):
        called = f"`{name}`, {what}," if name else what
        yield resource.finding(f"shows {called} in plain text", at=at, about=name or what)


@rule(
    "secret-in-environment",
    family=FAMILY,
    on=tuple(dict.fromkeys((*ENVIRONMENTS, *ADDRESSES))),
    severity=Severity.HIGH,
    controls=("FSBP ECS.8", "FSBP CodeBuild.1", "FSBP CodeBuild.2"),
    why="Environments, arguments and settings are shown in the console, in API calls that every reader may make, in "
    "old revisions and in crash reports; a secret there is everybody's, and stays so after it is changed.",
    fix="Keep the secret in Secrets Manager or a SecureString and hand over its name: in ECS and Batch under "
    "`secrets` (valueFrom), in CodeBuild with type SECRETS_MANAGER, in App Runner as a runtime environment secret; a "
    "function reads it when it starts.",
)
def secret_in_environment(resource: Resource) -> Iterator[Finding]:
    for path in (*ENVIRONMENTS.get(resource.type, ()), *ADDRESSES.get(resource.type, ())):
        value = _shown(resource, path)
        if resource.type in NAMED_BESIDE:
            value = {"key": resource[NAMED_BESIDE[resource.type]], "value": value}
        found = list(hits(value)) or _marked(resource, path, value)
        yield from _findings(resource, path, found)
        addressed = path in ADDRESSES.get(resource.type, ()) and UNKNOWN in items(value)
        if _may_be_secret(value) or (addressed and _from_anywhere(resource, path)):
            yield resource.undecided(path)


def _from_anywhere(resource: Resource, path: str) -> bool:
    """Say whether an unknown value comes from nobody knows where, or from what hands out secrets."""
    behind = resource.depends.get(path.partition(".")[0], ())
    return not behind or any(f"::{token}::" in urn for urn in behind for token in _SOURCES)


def _marked(resource: Resource, path: str, value: Any) -> list[Hit]:
    """Return the secrets of the configuration that go into a property as they are, under whatever name.

    What else came as a secret may be none: the provider marks every parameter that it reads.
    """
    behind = resource.depends.get(path.partition(".")[0], ())
    if any(f"::{PARAMETER}::" in urn for urn in behind):
        return []
    words = configured(os.environ.get("PULUMI_CONFIG", ""))
    own = {one for one in resource.secrets if isinstance(one, str) and one in words and literal(one)}
    return [Hit(name, "a secret of the configuration") for name, text in leaves(value) if text in own] if own else []


def _shown(resource: Resource, path: str) -> Any:
    """Return a property without what AWS shows to nobody: the parameters that a template declares with NoEcho."""
    value = resource[path]
    if path != "parameters" or resource.type not in TEMPLATES or not isinstance(value, dict):
        return value
    declared = dig(data(resource["templateBody"]), "Parameters")
    hidden = {
        name for name in cast(dict[str, Any], value) if truth(dig(declared, f"{name}.NoEcho"), absent=False) is True
    }
    return {name: one for name, one in cast(dict[str, Any], value).items() if name not in hidden}


def _may_be_secret(value: Any) -> bool:
    """Say whether a text would be a secret under a name that nobody knows yet."""
    return any(list(hits(text, WORST)) for text in unnamed(value))


@rule(
    "secret-in-script",
    family=FAMILY,
    on=SCRIPTS,
    severity=Severity.HIGH,
    why="A script is read by whoever may describe the resource, and user data by every process of the machine, from "
    "its metadata; base64 hides nothing.",
    fix="Give the machine or the job a role that may read the secret, and fetch it in the script when it is needed "
    "(aws secretsmanager get-secret-value).",
)
def secret_in_script(resource: Resource) -> Iterator[Finding]:
    for path in SCRIPTS[resource.type]:
        for text in items(resource[path]):
            yield from _findings(resource, path, (*hits(text), *hits(_defaults(path, text))))


def _defaults(path: str, text: Any) -> dict[str, Any]:
    """Return what a template gives its parameters: a secret's name is the parameter's."""
    declared = dig(data(text), "Parameters") if path == "templateBody" else None
    table = cast(dict[str, Any], declared) if isinstance(declared, dict) else {}
    return {name: dig(one, "Default") for name, one in table.items()}


def _called(parameter: Resource) -> str:
    """Return what a parameter calls its value: the last part of its path."""
    name = parameter["name"]
    return (name if isinstance(name, str) else parameter.name).rstrip("/").rpartition("/")[2]


def _plain(parameter: Resource) -> bool:
    return parameter["type"] in ("String", "StringList")


@rule(
    "secret-in-parameter",
    family=FAMILY,
    on=PARAMETER,
    severity=Severity.HIGH,
    why="A parameter of type String is stored and shown in clear to everybody who may read parameters, with its "
    "history.",
    fix="Use type='SecureString' with key_id, or a secret in Secrets Manager.",
)
def secret_in_parameter(parameter: Resource) -> Iterator[Finding]:
    kind = parameter["type"]
    for path in ("value", "insecureValue"):
        found = list(hits(parameter[path], _called(parameter)))
        if _plain(parameter):
            yield from _findings(parameter, path, found)
        if found and kind is UNKNOWN:
            yield parameter.undecided("type", path)
        nameless = not found and kind != "SecureString" and parameter["name"] is UNKNOWN
        if nameless and any(hits(parameter[path], WORST)):
            yield parameter.undecided("name", path)


# In place of a name that nobody knows: under it any text may be a secret.
WORST: Final = "password"


# --- secrets that come from elsewhere in the stack ---

# These have a place for the name of a secret as well, so that an unknown part of them may be just that.
_WITH_REFERENCES: Final = (
    "aws:apprunner/service:Service",
    "aws:batch/jobDefinition:JobDefinition",
    "aws:codebuild/project:Project",
    "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition",
    "aws:ecs/expressGatewayService:ExpressGatewayService",
    "aws:ecs/taskDefinition:TaskDefinition",
)
_SOURCES: Final = ONLY_SECRETS | ALSO_SECRETS
_PLACES: Final = {
    token: (*ENVIRONMENTS.get(token, ()), *SCRIPTS.get(token, ())) for token in dict.fromkeys((*ENVIRONMENTS, *SCRIPTS))
} | {PARAMETER: ("value", "insecureValue")}


@rule(
    "secret-injected",
    family=FAMILY,
    on=_PLACES,
    severity=Severity.HIGH,
    controls=("FSBP ECS.8",),
    why="A secret taken from its store when the stack is deployed lies open in the environment or script that it is "
    "put into, and a rotation never reaches it.",
    fix="Hand over the secret's ARN instead (aws.secretsmanager.Secret.arn, not the version's secret_string) and let "
    "the service fetch it; in ECS name it under `secrets` (valueFrom).",
)
def secret_injected(resource: Resource, stack: Stack) -> Iterator[Finding]:
    if resource.type == PARAMETER and not _plain(resource):
        places = _PLACES[PARAMETER] if resource["type"] is UNKNOWN else ()
        if any(_injected(resource, path, _behind(resource, path, stack)) for path in places):
            yield resource.undecided("type")
        return
    for path in _PLACES[resource.type]:
        for about, sure in _injected(resource, path, _behind(resource, path, stack)).items():
            if sure:
                called = f" in `{about}`" if about else ""
                yield resource.finding(f"is given a secret in plain text{called}", at=path, about=about)
            else:
                yield resource.undecided(path, about)


def _behind(resource: Resource, path: str, stack: Stack) -> list[Resource | None]:
    """Return what a property's value comes from; None for what is not in the stack."""
    return [stack.resources.get(urn) for urn in resource.depends.get(path.partition(".")[0], ())]


def _injected(resource: Resource, path: str, behind: list[Resource | None]) -> dict[str, bool]:
    """Return the names under which a secret is put into a property, and whether that is certain."""
    stores = [one for one in behind if one and one.type in _SOURCES]
    sources = [one for one in stores if one.type != PARAMETER or not _plain(one)]
    own = _called(resource) if resource.type == PARAMETER else ""
    parts = list(leaves(_shown(resource, path), own))
    values = [value for source in sources for value in _handed_out(source)]
    found = {name: True for name, text in parts if text is not UNKNOWN and any(one in text for one in values)}
    blanks = [name for name, text in parts if text is UNKNOWN]
    if blanks and any(source.type in ONLY_SECRETS for source in sources):
        return found | {next((name for name in blanks if name_class(name)), blanks[0]): True}
    # Of things of one kind, behind fewer values than there are things, it is one or the other.
    kinds = {one.type for one in behind if one}
    one_of_several = len(kinds) == 1 and len(blanks) < len(behind) and len(sources) < len(behind)
    # With more unknown values than there are sources one of them comes from nobody knows where.
    harmless = len(blanks) <= len(behind) and all(map(_harmless, behind))
    for name in blanks:
        if leads(name):
            continue
        if sources:
            # Under any name, unless there is a place for the secret's name beside it.
            texts = any(source.type in (SECRET_VERSION, PARAMETER) for source in sources)
            sure = name_class(name) is Name.SURE or (texts and resource.type not in _WITH_REFERENCES)
            found[name] = sure and not one_of_several
        elif not (name and behind) or (name_class(name) is Name.SURE and not harmless):
            found[name] = False
    return found


def _harmless(source: Resource | None) -> bool:
    """Whether a resource has no secrets to hand out, not even one that it was given."""
    return source is not None and source.type.startswith("aws:") and source.type not in (*_SOURCES, *HANDED)


def _handed_out(source: Resource) -> Iterator[str]:
    for output in _SOURCES[source.type]:
        for value in (source.inputs.get(output), source.outputs.get(output)):
            if isinstance(value, str) and len(value) >= 6:
                yield value


# --- secrets that stand in the program ---


@rule(
    "secret-in-program",
    family=FAMILY,
    on=tuple(dict.fromkeys((*HANDED, *HANDED_BY_NAME, *STORES))),
    severity=Severity.HIGH,
    why="A credential written into the program is in its repository, in every clone and build of it, and in the "
    "stack's state; nobody can change it without a deployment.",
    fix="Let the service make and keep it where it can (manage_master_user_password=True), else take it from "
    "random.RandomPassword or from a secret of the configuration (pulumi config set --secret).",
)
def secret_in_program(resource: Resource, stack: Stack) -> Iterator[Finding]:
    for path, name, value in _written(resource):
        if _made(resource, path, stack):
            continue
        if value is UNKNOWN:  # with nothing behind it: sealed in an exported state
            yield resource.undecided(path, name)
        elif not _configured(resource, path, value):
            about = name or path.rpartition(".")[2]
            yield resource.finding(
                f"has its `{about}` from no resource and no configuration, so from the program", at=path, about=name
            )


def _written(resource: Resource) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the name within it and the value of every credential that a program may have written."""
    for path in HANDED.get(resource.type, ()):
        for value in items(resource[path]):
            if value is UNKNOWN or (isinstance(value, str) and _is_credential(resource, value)):
                yield path, "", value
    for path in HANDED_BY_NAME.get(resource.type, ()):
        if _may_be_secret(resource[path]):
            yield path, "", UNKNOWN
        for name, value in leaves(resource[path]):
            if (not name or name_class(name)) if value is UNKNOWN else any(hits(value, name)):
                yield path, name, value
    for path in STORES.get(resource.type, ()):
        value = resource[path]
        if resource.type == PARAMETER and UNKNOWN in (resource["type"], resource["name"]) and value is not UNKNOWN:
            if isinstance(value, str) and not placeholder(value) and any(hits(value, WORST)):
                yield path, "", UNKNOWN
        elif _is_kept(resource, value):
            yield path, "", value


def _is_credential(resource: Resource, value: str) -> bool:
    """Whether a text may open anything: an emulator of AWS takes the keys `test` and `test`."""
    return bool(value) and not reference(value) and (resource.type not in PROVIDERS or len(value) >= 16)


def _is_kept(store: Resource, value: Any) -> bool:
    """Whether what is put into a store may be a secret that somebody chose, and no placeholder for one to come."""
    if store.type == PARAMETER and store["type"] != "SecureString":
        return False
    if not isinstance(value, str) or placeholder(value):
        return value is UNKNOWN
    if store.type == PARAMETER:
        return any(hits(value, _called(store))) or drawn(value)
    if inner := document(value):
        return any(hits(value)) or any(chosen(name, text) for name, text in leaves(inner) if isinstance(text, str))
    classes = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return any(hits(value)) or (classes > 1 and len(value) > 7 and not re.search(r"\s", value) and literal(value))


def _made(resource: Resource, path: str, stack: Stack) -> bool:
    """Whether a value may come from a resource that makes or keeps secrets, or from one that nobody here knows."""
    behind = _behind(resource, path, stack)
    return any(one is None or one.type in ALSO_SECRETS or not one.type.startswith("aws:") for one in behind)


def _configured(resource: Resource, path: str, value: str) -> bool:
    """Whether a value is out of the stack's configuration, or a text of a store whose secrets are."""
    words = configured(os.environ.get("PULUMI_CONFIG", ""))
    if value in words or path not in STORES.get(resource.type, ()):
        return value in words
    rest = value
    for word in (one for one in words if len(one) > 7 and one in value):
        rest = rest.replace(word, "${configuration}")
    return rest != value and not _is_kept(resource, rest)
