"""What a stack asks of itself: its profile, and for each CrossGuard policy which rules it carries and with what values.

The rules of one family and kind (of a resource, or of the stack's graph) form two policies: the first is mandatory, the
second, `-advice`, advises. Which rule stands where follows from the profile; the configuration that CrossGuard hands to
a policy may take rules `off` it and put further ones, `rules`, on it. The engine checks neither rule names nor
unknown keys: that is done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any, Final, cast

from pulumi_policy import EnforcementLevel, PolicyConfigSchema

from guard.model.families import FAMILIES
from guard.model.rule import RULES, Parameter, Profile, Rule, by_type

PROFILE: Final = "guard:profile"
EXEMPTIONS: Final = "guard:exemptions"
VARIABLE: Final = "GUARD_PROFILE"

RULES_KEY: Final = "rules"
OFF: Final = "off"


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known word that is probably meant."""
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


@dataclass(frozen=True)
class Chosen:
    """The profile that a stack is judged by, and what is wrong with the choice."""

    profile: Profile
    problems: tuple[str, ...] = ()


def profile(environment: str | None, configured: str | None) -> Chosen:
    """Return the profile that GUARD_PROFILE names, else the stack's `guard:profile`, else baseline.

    What cannot be understood is a problem, and meanwhile the strictest profile holds.
    """
    where, text = (VARIABLE, environment) if environment else (PROFILE, configured)
    if text is None:
        return Chosen(Profile.BASELINE)
    if text in list(Profile):
        return Chosen(Profile(text))
    return Chosen(Profile.STRICT, (f"{where}: there is no profile {text}; use one of {', '.join(Profile)}",))


def unread(config: Iterable[str]) -> list[str]:
    """Say which keys of a stack's configuration nobody reads though they are written to the pack."""
    mine = [key for key in config if key.startswith("guard:") and key not in (PROFILE, EXEMPTIONS)]
    return [f"there is no setting {key}{nearest(key, (PROFILE, EXEMPTIONS))}" for key in mine]


@dataclass(frozen=True)
class Asked:
    """What a policy asks: rules, with the values that were configured for them."""

    rules: tuple[Rule, ...]
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleSet:
    """The rules of one CrossGuard policy."""

    name: str
    family: str
    graph: bool
    advice: bool
    rules: tuple[Rule, ...]  # in this profile, before any configuration
    siblings: tuple[Rule, ...]  # all of this family and kind

    @property
    def level(self) -> EnforcementLevel:
        """The policy's level unless configured; one without rules is not even asked."""
        if not self.rules:
            return EnforcementLevel.DISABLED
        return EnforcementLevel.ADVISORY if self.advice else EnforcementLevel.MANDATORY

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of its rules, present and possible, by name."""
        return {one.name: one for rule in self.siblings for one in rule.parameters}

    @cached_property
    def by_type(self) -> dict[str, list[Rule]]:
        """The rules that speak of each type, those that it does not ask too."""
        return by_type(self.siblings)

    @cached_property
    def schema(self) -> PolicyConfigSchema:
        """The policy's configuration as CrossGuard's schema."""
        names = [rule.id for rule in self.siblings]
        ids: dict[str, Any] = {"type": "array", "items": {"type": "string", "enum": names}}
        return PolicyConfigSchema(
            {
                RULES_KEY: {**ids, "description": "Further rules of this family that this policy carries."},
                OFF: {**ids, "description": "Rules that this policy does not carry."},
                **{name: {**one.schema, "default": one.default} for name, one in self.parameters.items()},
            }
        )

    def configured(self, properties: Mapping[str, Any]) -> Asked:
        """Return what the policy asks under a configuration, and what is wrong with that."""
        problems = [f"{self.name}: {problem}" for problem in self._problems(properties)]
        more, off = (_ids(properties.get(key)) for key in (RULES_KEY, OFF))
        more += [rule.id for rule in self.rules]
        carried = [rule for rule in self.siblings if rule.id in more and rule.id not in off]
        values = {name: properties[name] for name in self.parameters if properties.get(name) is not None}
        valid = {name: value for name, value in values.items() if _fits(value, self.parameters[name].schema)}
        return Asked(tuple(carried), valid, tuple(problems))

    def _problems(self, properties: Mapping[str, Any]) -> Iterable[str]:
        known = [RULES_KEY, OFF, *self.parameters]
        names = [rule.id for rule in self.siblings]
        for key, value in properties.items():
            if key not in known:
                yield f"there is no setting {key}{_of(key) or nearest(key, known)}"
            elif key in (RULES_KEY, OFF):
                if not isinstance(value, list):
                    yield f"{key} must be a list of rules"
                for name in _ids(value):
                    if name not in names:
                        yield f"{key}: there is no rule {name} here{_of(name) or nearest(name, names)}"
            elif not _fits(value, self.parameters[key].schema):
                yield f"{key} must be {_form(self.parameters[key].schema)}"


def _of(word: str) -> str:
    """Say to which policy of another family or kind a rule or a parameter belongs."""
    homes = [rule.home for rule in RULES.values() if word in (rule.id, *(one.name for one in rule.parameters))]
    return f"; it belongs to {homes[0]}" if homes else ""


def _ids(value: Any) -> list[str]:
    return [str(item) for item in cast(list[Any], value)] if isinstance(value, list) else []


_TYPES: Final = {
    "string": (str, "text"),
    "integer": (int | float, "a whole number"),
    "number": (int | float, "a number"),
    "boolean": (bool, "true or false"),
}


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Say whether a value is what the schemas of our parameters ask for: scalars, and lists and tables of them."""
    if schema["type"] == "object":
        table = cast(dict[str, Any], value) if isinstance(value, dict) else None
        return table is not None and all(_fits(item, schema["additionalProperties"]) for item in table.values())
    if schema["type"] == "array":
        return isinstance(value, list) and all(_fits(item, schema["items"]) for item in cast(list[Any], value))
    kind = _TYPES[schema["type"]][0]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        return False
    whole = schema["type"] != "integer" or value == int(cast(float, value))
    return whole and schema.get("minimum", value) <= value <= schema.get("maximum", value)


def _form(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "array":
        return f"a list, each item {_TYPES[schema['items']['type']][1]}"
    if schema["type"] == "object":
        return f"a table, each value {_TYPES[schema['additionalProperties']['type']][1]}"
    least = f" of at least {schema['minimum']}" if "minimum" in schema else ""
    most = f" and at most {schema['maximum']}" if "maximum" in schema else ""
    return f"{_TYPES[schema['type']][1]}{least}{most}"


def rule_sets(rules: Iterable[Rule], chosen: Profile) -> list[RuleSet]:
    """Sort rules into policies: one family, one kind and one level each. The resource's own come first."""
    return list(_rule_sets(tuple(rules), chosen))


@cache
def _rule_sets(known: tuple[Rule, ...], chosen: Profile) -> list[RuleSet]:
    found: list[RuleSet] = []
    for family in FAMILIES:
        for graph in (False, True):
            siblings = tuple(rule for rule in known if rule.family == family and rule.graph == graph)
            for advice in (False, True) if siblings else ():
                level = EnforcementLevel.ADVISORY if advice else EnforcementLevel.MANDATORY
                own = tuple(rule for rule in siblings if rule.level_in(chosen) is level)
                name = f"{family}{'-advice' if advice else ''}{'-graph' if graph else ''}"
                found.append(RuleSet(name, family, graph, advice, own, siblings))
    return found


ALL: Final = "all"
LEVEL: Final = "enforcementLevel"


@dataclass(frozen=True)
class Overlay:
    """A policy configuration file, understood: levels and settings by policy, and what is wrong with it."""

    levels: Mapping[str, EnforcementLevel]
    properties: Mapping[str, Mapping[str, Any]]
    problems: tuple[str, ...]


def overlay(document: Any, known: Iterable[RuleSet], own: Iterable[str] = ()) -> Overlay:
    """Read what `--policy-pack-config` takes: {"all": level, policy: level or {"enforcementLevel": level, ...}}.

    The engine accepts any name of a policy; here one that is neither of `known` nor of the pack's `own` is a problem.
    """
    names = [*(rule_set.name for rule_set in known), *own]
    if not isinstance(document, dict):
        return Overlay({}, {}, ("the policy configuration must be a table by policy",))
    table = cast(dict[str, Any], document)
    problems = [
        f"there is no policy {name}{_of(name) or nearest(name, names)}" for name in table if name not in (*names, ALL)
    ]
    settings = {name: _settings(value) for name, value in table.items()}
    words: dict[str, Any] = {name: of.pop(LEVEL, None) for name, of in settings.items()}
    meant = {level.value: level for level in EnforcementLevel}
    problems += [
        f"{name}: there is no level {word}; use one of {', '.join(meant)}"
        for name, word in words.items()
        if word is not None and word not in list(meant)
    ]
    problems += [f"{name} takes a level, no settings" for name in (ALL, *own) if settings.get(name)]
    valid = {name: meant[word] for name, word in words.items() if word in list(meant)}
    levels = {name: valid.get(name, valid.get(ALL)) for name in names}
    return Overlay(
        {name: level for name, level in levels.items() if level is not None},
        {name: of for name, of in settings.items() if name in names},
        tuple(problems),
    )


def _settings(value: Any) -> dict[str, Any]:
    return dict(cast(dict[str, Any], value)) if isinstance(value, dict) else {LEVEL: value}
