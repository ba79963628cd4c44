"""Resources say whose they are: the tags that a stack asks for stand on everything that takes tags."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from guard.aws.policy_documents import parsed
from guard.aws.taggable import tokens
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, canonical, dig, items
from guard.model.locations import PROVIDERS
from guard.model.rule import EnforcementLevel, Parameter, Severity, rule

FAMILY: Final = "tagging"
GROUP: Final = "aws:autoscaling/group:Group"

REQUIRED: Final = Parameter(
    "requiredTags",
    {"type": "array", "items": {"type": "string"}, "description": "Tags that every resource must have, in this case."},
    default=[],
)

VALUES: Final = Parameter(
    "tagValues",
    {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Tags that every resource must have, with their values.",
    },
    default={},
)

Tags = dict[str | Missing, Any]


@rule(
    "required-tags",
    family=FAMILY,
    on=dict.fromkeys(canonical(token) for token in tokens()),
    severity=Severity.LOW,
    parameters=(REQUIRED,),
    why="Without its tags nobody can tell whose a resource is, what it costs whom, and who is called at night.",
    fix="Set the tags that the message names on the resource, or for all resources in the provider's default_tags; "
    "their names are read in upper and lower case, and an empty value is none.",
)
def required_tags(resource: Resource, stack: Stack, *, required_tags: list[str]) -> Iterator[Finding]:
    tags = _tags(resource, stack) if required_tags else {}
    near = {name.lower(): name for name in tags if isinstance(name, str)}
    for name in required_tags:
        if name not in tags and UNKNOWN in tags:
            yield resource.undecided("tags", name)
        elif name not in tags:
            other = f" (but {near[name.lower()]})" if name.lower() in near else ""
            yield resource.finding(f"lacks the tag {name}{other}", at="tags", about=name)
        elif tags[name] in ("", None):
            yield resource.finding(f"has the tag {name} without a value", at="tags", about=name)


def _tagged(resource: Resource, *, tag_values: dict[str, str]) -> dict[str, Any]:
    """Return the tags that are missing; they go where the provider has merged its own, too, where it has."""
    merged = isinstance(resource["tagsAll"], dict)
    return {"tags": tag_values, **({"tagsAll": tag_values} if merged else {})}


@rule(
    "tag-values",
    family=FAMILY,
    on=[token for token in dict.fromkeys(canonical(token) for token in tokens()) if token != GROUP],
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    parameters=(VALUES,),
    why="What is the same for all that a team runs, such as its cost centre, should not be typed by hand a hundred "
    "times.",
    fix="Set the tags that the message names, best in the provider's default_tags; or set the policy to `remediate` "
    "and the pack sets them.",
    remediate=_tagged,
)
def tag_values(resource: Resource, *, tag_values: dict[str, str]) -> Iterator[Finding]:
    own, together = resource["tags"], resource["tagsAll"]
    tags = cast(Tags, together if isinstance(together, dict) else own if isinstance(own, dict) else {})
    hidden = UNKNOWN in (own, together)
    for name, value in tag_values.items():
        if tags.get(name, UNKNOWN if hidden else ABSENT) is UNKNOWN:
            yield resource.undecided("tags", name)
        elif tags.get(name) != value:
            yield resource.finding(f"has not the tag {name} with the value that is asked", at="tags", about=name)


def _tags(resource: Resource, stack: Stack) -> Tags:
    """Return a resource's tags, its provider's default tags among them, and UNKNOWN if there may be more.

    The provider writes both together into `tagsAll`; one unknown value hides them all there.
    """
    own, together = resource["tags"], resource["tagsAll"]
    if isinstance(together, dict):
        return cast(Tags, together)
    if resource.type == GROUP:  # gets no default tags
        blocks = items(own)
        return {block if block is UNKNOWN else dig(block, "key"): dig(block, "value") for block in blocks}
    tags = cast(Tags, own) if isinstance(own, dict) else {}
    hidden = own is UNKNOWN or (together is UNKNOWN and UNKNOWN not in tags.values())
    return _defaults(stack) | tags | ({UNKNOWN: UNKNOWN} if hidden else {})


def _defaults(stack: Stack) -> Tags:
    """Return the default tags of the stack's providers; which of them is a resource's, the graph does not say."""
    found: Tags = {}
    for provider in stack.of(*PROVIDERS):
        tags = dig(parsed(provider["defaultTags"]), "tags")
        found |= cast(Tags, tags) if isinstance(tags, dict) else {}
    return found
