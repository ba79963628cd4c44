"""How the SDK hands resources over: inputs that were recorded beside outputs, and what was only read."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_policy.policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from guard.model.graph import (
    UNKNOWN,
)
from guard.model.recorded import RecordedInputs

# --- how the SDK hands resources over ---


def provider(**props: Any) -> PolicyProviderResource:
    return PolicyProviderResource("pulumi:providers:aws", unknown_checking_proxy(props), "urn:x::aws", "aws")


def seen(name: str, props: dict[str, Any], **more: Any) -> PolicyResource:
    opts: Any = None
    return PolicyResource(
        more.get("token", "aws:alb/listener:Listener"),
        unknown_checking_proxy(props),
        f"urn:x::{name}",
        name,
        opts,
        more.get("provider"),
        more.get("parent"),
        [],
        more.get("behind", {}),
    )


def shown(name: str, props: dict[str, Any], home: PolicyProviderResource | None = None) -> ResourceValidationArgs:
    opts: Any = None
    return ResourceValidationArgs(
        "aws:alb/listener:Listener", unknown_checking_proxy(props), f"urn:x::{name}", name, opts, home, {}, None
    )


def test_a_resource_is_read_once_for_all_policies_that_are_shown_it() -> None:
    recorder = RecordedInputs()
    args, others = shown("front", {"port": 443.0}), shown("front", {"port": 80.0})
    noted = recorder.note(args)
    assert recorder.note(args) is noted
    assert recorder.note(others).inputs == {"port": 80}
    assert recorder.note(args).inputs == {"port": 443}
    assert recorder.inputs["urn:x::front"] == {"port": 443}


def test_recorded_inputs_stand_beside_the_outputs() -> None:
    recorder = RecordedInputs()
    noted = recorder.note(shown("front", {"port": 443.0}, provider(region="eu-west-1")))
    assert noted.urn == "urn:x::front"
    assert (noted.type, noted.inputs, noted.provider_region) == ("aws:lb/listener:Listener", {"port": 443}, "eu-west-1")
    mother, target = seen("mother", {}, token="my:index:Box"), seen("target", {})
    found = recorder.view(
        seen(
            "front",
            {"port": 443.0, "made": "by AWS", "arn": UNKNOWN_STRING_VALUE},
            parent=mother,
            behind={"port": [target, mother]},
        )
    )
    assert found.urn == "urn:x::front"
    assert found.type == "aws:lb/listener:Listener"
    assert found.inputs == {"port": 443}
    assert found.outputs == {"port": 443, "made": "by AWS", "arn": UNKNOWN}
    assert found.depends == {"port": ("urn:x::mother", "urn:x::target")}  # a set: in one order always
    assert (found.parent, found.provider_region, found.managed) == ("urn:x::mother", "eu-west-1", True)


def test_what_was_never_recorded_is_only_read_and_its_unknowns_are_unset() -> None:
    recorder = RecordedInputs()
    recorder.note(shown("other", {}))
    behind = {"vpc": [seen("net", {})], "none": []}
    unknown = dict.fromkeys(("vpc", "none", "arn"), UNKNOWN_STRING_VALUE)
    found = recorder.view(seen("front", {"port": 80.0, **unknown}, behind=behind, provider=provider(region="x")))
    assert found.inputs == {"port": 80, "vpc": UNKNOWN}
    assert found.outputs == {"port": 80, "vpc": UNKNOWN, "none": UNKNOWN, "arn": UNKNOWN}
    assert (found.managed, found.parent, found.provider_region) == (False, "", "x")


def test_without_any_record_everything_counts_as_managed() -> None:
    assert RecordedInputs().view(seen("front", {})).managed is True


@pytest.mark.parametrize("given", [None, provider(), provider(region=UNKNOWN_STRING_VALUE)])
def test_a_region_that_nobody_tells_is_empty(given: PolicyProviderResource | None) -> None:
    assert RecordedInputs().note(shown("front", {}, given)).provider_region == ""
    assert RecordedInputs().view(seen("front", {}, provider=given)).provider_region == ""


TASK = "aws:ecs/taskDefinition:TaskDefinition"


@pytest.mark.parametrize(
    ("text", "told", "found"),
    [
        (UNKNOWN_STRING_VALUE, [{"image": UNKNOWN_STRING_VALUE, "user": "1"}], [{"image": UNKNOWN, "user": "1"}]),
        (UNKNOWN_STRING_VALUE, None, UNKNOWN),
        (UNKNOWN_STRING_VALUE, UNKNOWN_STRING_VALUE, UNKNOWN),
        ("[]", [{"user": "0"}], "[]"),
    ],
    ids=["in parts", "nothing told", "told unknown", "known itself"],
)
def test_an_unknown_text_is_what_the_component_above_tells_of_its_parts(text: str, told: object, found: object) -> None:
    """Only in place of a text that is not known yet, and only as a list."""
    recorder = RecordedInputs()
    recorder.note(_of("my:index:Service", "mother", {"containerDefinitions": told} if told else {}))
    task = recorder.note(_of(TASK, "task", {"containerDefinitions": text, "cpu": "256"}, "urn:x::mother"))
    assert task.inputs == {"containerDefinitions": found, "cpu": "256"}
    assert recorder.view(seen("task", {}, token=TASK)).inputs == task.inputs


def _of(token: str, name: str, props: dict[str, Any], parent: str | None = None) -> ResourceValidationArgs:
    opts = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [], parent)
    return ResourceValidationArgs(token, unknown_checking_proxy(props), f"urn:x::{name}", name, opts, None, {}, None)
