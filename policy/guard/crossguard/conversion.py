"""A resource is converted once for all policies that are asked about it.

The SDK turns each resource from the protocol's form into Python's anew for each policy (pulumi_policy 1.21, policy.py,
`Analyze` and `AnalyzeStack`; findings/pulumi_policy_converts_for_each_policy.sh), which is most of what a pack of many
policies costs. No policy of ours changes what it is shown, so one conversion serves all, and one list of a stack's
resources. It leaves secrets marked. The SDK also parses the stack's configuration anew for each resource; here the same
text is parsed once.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final, cast

from pulumi_policy import Secret


class _Kept(threading.local):
    """Results of conversions by function and argument, told by identity; the argument lives as long as its result.

    Each of the server's threads answers a request of its own. None: no request is being answered.
    """

    results: dict[tuple[str, int], tuple[Any, Any]] | None = None


_KEPT: Final = _Kept()


@contextmanager
def kept() -> Generator[None]:
    """Keep conversions for as long as one request is answered."""
    _KEPT.results = {}
    try:
        yield
    finally:
        _KEPT.results = None


def install() -> None:
    """Let the SDK use conversions that are kept. A second call changes nothing."""
    sdk: Any = import_module("pulumi_policy.policy")
    if not isinstance(sdk.json_format, _JsonFormat):
        sdk.json_format = _JsonFormat(sdk.json_format)
        sdk.deserialize_properties = _once("deserialize", _marking(sdk.deserialize_properties))
        sdk.unknown_checking_proxy = _once("proxy", sdk.unknown_checking_proxy)
        sdk.signature = cache(sdk.signature)
        sdk.pulumi.runtime.get_config_env = _configured
    if isinstance(sdk.StackValidationArgs, type):
        servicer = sdk._PolicyAnalyzerServicer  # noqa: SLF001, RUF100
        servicer.AnalyzeStack = _converting_once(servicer.AnalyzeStack)
        sdk.StackValidationArgs = _of_the_same_resources(sdk.StackValidationArgs)


_parsed: Final = lru_cache(maxsize=1)(json.loads)


def _configured() -> dict[str, Any]:
    """The stack's configuration as the engine gives it, which the SDK only reads."""
    return _parsed(os.environ.get("PULUMI_CONFIG", "{}"))


_STACK: Final = ("stack", 0)  # the resources of a stack, among what is kept


class _Request:
    """A request about a stack, whose resources are there until somebody has converted them."""

    def __init__(self, request: Any) -> None:
        self._request = request

    @property
    def resources(self) -> Any:
        return () if _STACK in (_KEPT.results or ()) else self._request.resources


def _converting_once(analyze: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    return lambda self, request, context: analyze(self, _Request(request), context)


def _of_the_same_resources(arguments: Callable[..., Any]) -> Callable[..., Any]:
    def shared(resources: list[Any], *others: Any) -> Any:
        if _KEPT.results is not None:
            _, resources = _KEPT.results.setdefault(_STACK, (None, resources))
        return arguments(resources, *others)

    return shared


def _marking(convert: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Keep the marks of secrets, which the SDK takes off wherever nothing can be changed: no message may hold one."""
    sdk: Any = import_module("pulumi_policy.deserialize")
    mark, secret = sdk.SPECIAL_SIG_KEY, sdk.SPECIAL_SECRET_SIG

    def value(given: Any) -> Any:
        if isinstance(given, list):
            return [value(one) for one in cast(list[Any], given)]
        if not isinstance(given, dict):
            return given
        if mark not in given:
            return properties(cast(dict[str, Any], given))
        return Secret(value(given["value"])) if given[mark] == secret else convert({"it": given})["it"]

    def properties(given: dict[str, Any], *options: Any) -> dict[str, Any]:
        return convert(given, *options) if options else {key: value(one) for key, one in given.items()}

    return properties


class _JsonFormat:
    """protobuf's module of that name, for what the SDK uses of it."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self.MessageToDict = _once("message", module.MessageToDict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _once(kind: str, convert: Callable[..., Any]) -> Callable[..., Any]:
    def converted(given: Any, *options: Any) -> Any:
        results = _KEPT.results
        if results is None or options:  # options: a remediation, which may change what it is shown
            return convert(given, *options)
        key = (kind, id(given))
        if key not in results:
            results[key] = (given, convert(given))
        return results[key][1]

    return converted
