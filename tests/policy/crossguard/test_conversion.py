"""A resource is converted once for all policies that are asked about it, and nothing is kept beyond a request."""

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel, StackValidationArgs, StackValidationPolicy
from pulumi_policy import policy as sdk
from pulumi_policy.proxy import UnknownValueError

from guard.crossguard import conversion
from guard.crossguard.dispatch import CurrentType, Policies

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  #: how the protocol writes text that is not known yet


def message(**properties: Any) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update(properties)
    return found


@pytest.fixture
def conversions(monkeypatch) -> list[Any]:
    """What was converted, each time that it was."""
    converted: list[Any] = []
    original = json_format.MessageToDict

    def convert(given: Any) -> Any:
        converted.append(given)
        return original(given)

    monkeypatch.setattr(conversion, "_KEPT", conversion._Kept())  # noqa: SLF001, RUF100
    monkeypatch.setattr(sdk, "json_format", json_format)
    monkeypatch.setattr(sdk, "deserialize_properties", sdk.deserialize_properties)
    monkeypatch.setattr(sdk, "unknown_checking_proxy", sdk.unknown_checking_proxy)
    monkeypatch.setattr(sdk, "signature", sdk.signature)
    monkeypatch.setattr(sdk.pulumi.runtime, "get_config_env", sdk.pulumi.runtime.get_config_env)
    monkeypatch.setattr(json_format, "MessageToDict", convert)
    conversion.install()
    return converted


def servicer(seen: list[Any], count: int) -> Any:
    def look(args: StackValidationArgs, report: Any) -> None:
        seen.append([dict(each.props) for each in args.resources if "unknown" not in each.name])

    policies = [StackValidationPolicy(f"policy-{n}", "Looks.", look, EnforcementLevel.ADVISORY) for n in range(count)]
    return sdk._PolicyAnalyzerServicer(  # noqa: SLF001, RUF100
        "pack", "1", Policies(policies, CurrentType(), {}, lambda _: None, {}), EnforcementLevel.ADVISORY
    )


def test_every_policy_sees_what_it_would_and_each_resource_is_converted_once(conversions):
    seen: list[Any] = []
    request = analyzer_pb2.AnalyzeStackRequest(
        resources=[
            analyzer_pb2.AnalyzerResource(urn=f"urn:{n}", type="a:b:C", name=f"c{n}", properties=message(n=n, l=[n]))
            for n in range(5)
        ]
    )
    servicer(seen, 7).AnalyzeStack(request, None)
    assert len(seen) == 7
    assert all([each["n"] for each in resources] == [0, 1, 2, 3, 4] for resources in seen)
    assert len(conversions) == 5


def test_all_policies_share_the_resources_with_their_parents(conversions):
    seen: list[Any] = []
    of = {"type": "a:b:C", "properties": message(n=1)}
    request = analyzer_pb2.AnalyzeStackRequest(
        resources=[
            analyzer_pb2.AnalyzerResource(urn="one", name="one", **of),
            analyzer_pb2.AnalyzerResource(urn="two", name="two", parent="one", **of),
        ]
    )

    def look(args: StackValidationArgs, report: Any) -> None:
        seen.append(args.resources)

    policies = [StackValidationPolicy(name, "Looks.", look, EnforcementLevel.ADVISORY) for name in "abc"]
    carried = Policies(policies, CurrentType(), {}, lambda _: None, {})
    sdk._PolicyAnalyzerServicer("pack", "1", carried, EnforcementLevel.ADVISORY).AnalyzeStack(request, None)  # noqa: SLF001, RUF100
    assert len(seen) == 3
    assert all(each is seen[0] for each in seen)
    assert [(each.urn, each.parent and each.parent.urn) for each in seen[0]] == [("one", None), ("two", "one")]


def test_the_next_request_is_converted_anew(conversions):
    """The same message may have changed meanwhile: nothing is kept beyond a request."""
    seen: list[Any] = []
    request = analyzer_pb2.AnalyzeStackRequest(
        resources=[analyzer_pb2.AnalyzerResource(urn="urn", type="a:b:C", name="c", properties=message(n=1))]
    )
    asked = servicer(seen, 2)
    asked.AnalyzeStack(request, None)
    request.resources[0].properties.update({"n": 2})
    asked.AnalyzeStack(request, None)
    assert [resources[0]["n"] for resources in seen] == [1, 1, 2, 2]
    assert conversion._KEPT.results is None  # noqa: SLF001, RUF100


def test_an_unknown_value_is_still_refused(conversions):
    with conversion.kept():
        proxy = sdk.unknown_checking_proxy(sdk.deserialize_properties({"id": UNKNOWN}))
        for _ in range(2):
            with pytest.raises(UnknownValueError):
                proxy["id"]


def test_what_a_remediation_is_shown_is_its_own(conversions):
    """It may change what it is shown, so nothing that others see is handed to it."""
    with conversion.kept():
        shown = {"a": {"b": 1}}
        assert sdk.deserialize_properties(shown) is sdk.deserialize_properties(shown)
        assert sdk.deserialize_properties(shown, True) is not sdk.deserialize_properties(shown, True)


def test_installing_twice_changes_nothing(conversions):
    before = sdk.json_format, sdk.deserialize_properties
    conversion.install()
    assert (sdk.json_format, sdk.deserialize_properties) == before


def test_each_request_has_the_configuration_of_its_time(conversions, monkeypatch):
    """It is parsed once for as long as its text is the same."""
    configured = sdk.pulumi.runtime.get_config_env
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)
    assert configured() == {}
    monkeypatch.setenv("PULUMI_CONFIG", '{"guard:profile": "strict"}')
    assert configured() == {"guard:profile": "strict"}
    assert configured() is configured()
    monkeypatch.setenv("PULUMI_CONFIG", '{"guard:profile": "baseline"}')
    assert configured() == {"guard:profile": "baseline"}
