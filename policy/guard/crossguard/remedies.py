"""Remediation: the inputs of a resource, changed so that a rule is kept. Off unless a policy is set to `remediate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from pulumi_policy import ResourceValidationArgs, Secret

from guard.crossguard.exemptions import Exemptions
from guard.model.graph import Resource, canonical, plain
from guard.model.rule import Rule, judge


def remediated(
    rules: Iterable[Rule], args: ResourceValidationArgs, values: Mapping[str, Any], exemptions: Exemptions
) -> dict[str, Any] | None:
    """Return all inputs with the changes by which the rules are kept; None where nothing is to change.

    Only for this call does the SDK mark secrets, and unknown values are bare sentinels: both go back as they came.
    """
    raw = bare(args.props)
    resource = Resource(args.urn, canonical(args.resource_type), plain(args.props))
    changed = raw
    for rule in rules:
        found = judge(rule, resource, values=values)
        broken = [one for one in found if not one.undecided and not exemptions.covering(rule.id, one)]
        if broken and rule.remediate:
            changed = _merged(changed, rule.remediate(resource, **rule.keywords(values)))
    return None if changed is raw else changed


def bare(value: Any) -> Any:
    """Return the SDK's proxies as the plain containers behind them, secrets still marked."""
    if isinstance(value, Mapping):
        mapping = cast(Mapping[str, Any], value)
        inner = cast(dict[str, Any], mapping if isinstance(mapping, dict) else mapping["__target"])
        return {key: bare(item) for key, item in inner.items()}
    if isinstance(value, (str, bytes, Secret)) or not hasattr(value, "__getitem__"):
        return value
    elements = cast(list[Any], value if isinstance(value, list) else value["__target"])
    return [bare(element) for element in elements]


def _merged(inputs: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(inputs)
    for key, change in changes.items():
        own = merged.get(key)
        inner = bare(own.value) if isinstance(own, Secret) else own
        both = isinstance(inner, dict) and isinstance(change, Mapping)
        value = _merged(cast(dict[str, Any], inner), cast(Mapping[str, Any], change)) if both else cast(Any, change)
        merged[key] = Secret(value) if isinstance(own, Secret) else value
    return merged
