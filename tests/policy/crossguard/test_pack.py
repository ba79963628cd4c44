"""The pack as a whole: what policies it has, that it never fails nor goes quiet, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.runtime import proto
from pulumi_policy import ResourceValidationPolicy, StackValidationPolicy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError, unknown_checking_proxy

from guard.crossguard.configuration import rule_sets
from guard.crossguard.levels import CONFIGURATION, EXEMPTIONS, EXEMPTIONS_UNUSED, RECORDER, UNDECIDED
from guard.crossguard.pack import Pack, policies
from guard.model import graph
from guard.model.families import FAMILIES
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, canonical, dig, plain
from guard.model.rule import RULES, EnforcementLevel, Profile, Rule, Severity, judge, rule
from tests.policy.declare import BUCKET, DATA, GATE, GROUP, LINK, OTHER, SG, TABLE, VPC, db, r, unknown
from tests.policy.engine import TODAY, Declared, EngineRun, planned

ROOT = Path(__file__).parents[3]
AT_GATE = {"routeTableId": "tbl.id", "gatewayId": "gate.id"}
SERVICE = {RECORDER, CONFIGURATION, EXEMPTIONS, EXEMPTIONS_UNUSED, UNDECIDED}


def test_policies_are_few_and_each_is_of_one_family() -> None:
    """The SDK hands every stack policy a copy of the stack, so those that ask nothing are disabled."""
    found = policies(today=TODAY)
    asked = [one for one in found if one.enforcement_level is not EnforcementLevel.DISABLED]
    assert len([one for one in asked if isinstance(one, StackValidationPolicy)]) <= 35
    assert found[0].name == RECORDER
    assert [one.name for one in found[-4:]] == [CONFIGURATION, EXEMPTIONS, EXEMPTIONS_UNUSED, UNDECIDED]
    for one in found:
        assert one.name in SERVICE or (one.tags and one.tags[0] in FAMILIES and one.name.startswith(one.tags[0]))


def test_the_engine_is_told_all_about_every_policy() -> None:
    infos = {one.name: one for one in EngineRun().info().policies}
    for rule_set in rule_sets(RULES.values(), Profile.BASELINE):
        info = infos[rule_set.name]
        level = proto.ADVISORY if rule_set.advice else proto.MANDATORY
        assert info.enforcementLevel == (level if rule_set.rules else proto.DISABLED)
        assert list(info.tags) == [rule_set.family]
        assert info.severity != proto.POLICY_SEVERITY_UNSPECIFIED
        assert info.remediation_steps
        assert info.url == f"docs/policies/README.md#{rule_set.family}"
        assert info.framework.name
        assert {"rules", "off"} <= set(info.configSchema.properties)
    assert infos[CONFIGURATION].enforcementLevel == proto.MANDATORY
    advisory = (EXEMPTIONS, EXEMPTIONS_UNUSED, UNDECIDED)
    assert {infos[name].enforcementLevel for name in advisory} == {proto.ADVISORY}


def test_every_family_has_rules() -> None:
    assert {rule.family for rule in RULES.values()} == set(FAMILIES)


def test_two_rules_of_one_name_are_refused() -> None:
    def register() -> None:
        rule("topic-at-rest", family="x", on="aws:sns/topic:Topic", severity=Severity.LOW, why="", fix="")(lambda r: ())

    with pytest.raises(ValueError, match="two rules are called topic-at-rest"):
        register()


@pytest.mark.parametrize("token", ["aws:sns:Topic", "sns/topic:Topic", ""])
def test_a_rule_on_no_type_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="no type token"):
        rule("new-rule", family="x", on=token, severity=Severity.LOW, why="", fix="")(lambda r: ())
    assert "new-rule" not in RULES


def unknown_value() -> Exception:
    return UnknownValueError(UNKNOWN_STRING_VALUE, ["s3cret"])


def value() -> Exception:
    return ValueError("s3cret")


def broken(error: Callable[[], Exception], *, graph: bool) -> Rule:
    def one(resource: Resource) -> Iterator[Finding]:
        raise error()

    def whole(resource: Resource, stack: Stack) -> Iterator[Finding]:
        raise error()

    return Rule("careless", "encrypt-at-rest", ("aws:sns/topic:Topic",), Severity.HIGH, (), "", "Mend the rule.",
                EnforcementLevel.MANDATORY, graph, whole if graph else one)  # fmt: skip


@pytest.mark.parametrize("whole", [False, True], ids=["resource", "graph"])
@pytest.mark.parametrize("error", [value, unknown_value])
def test_a_rule_that_raises_blocks_and_does_not_break_the_others(error: Callable[[], Exception], whole: bool) -> None:
    rules = [broken(error, graph=whole), *RULES.values()]
    answer = EngineRun(policies(today=TODAY, rules=rules)).preview([r("sns/topic:Topic", "bell")])
    texts = [one.message for one in answer.violations("encrypt-at-rest")]
    assert any(f"[careless] bell rule careless failed: {type(error()).__name__}" in text for text in texts)
    assert any("[topic-at-rest]" in text for text in texts)
    assert not any("s3cret" in one.message for one in answer.diagnostics)
    assert answer.violations() == [one for one in answer.diagnostics if one.policy.startswith("encrypt-at-rest")]


def test_a_truth_test_of_an_unknown_value_is_caught() -> None:
    def careless(resource: Resource) -> Iterator[Finding]:
        if resource["kmsMasterKeyId"]:
            yield resource.finding("never")

    one = Rule("careless", "encrypt-at-rest", ("aws:sns/topic:Topic",), Severity.HIGH, (), "", "",
               EnforcementLevel.MANDATORY, False, careless)  # fmt: skip
    topic = Resource("urn:pulumi:s::p::aws:sns/topic:Topic::t", "aws:sns/topic:Topic", {"kmsMasterKeyId": UNKNOWN})
    assert [finding.text for finding in judge(one, topic)] == ["rule careless failed: TypeError"]


def test_what_fails_outside_a_rule_blocks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pack, "graph", lambda *_: 1 / 0)
    answer = EngineRun().preview([BUCKET])
    failed = {one.policy for one in answer.violations() if "failed: ZeroDivisionError" in one.message}
    asked = [one for one in policies(today=TODAY) if one.enforcement_level is EnforcementLevel.MANDATORY]
    assert failed == {one.name for one in asked if one.name.endswith("-graph")}


def test_undecided_is_noted_once_a_rule_and_not_counted_as_passed() -> None:
    streams = [r("kinesis/stream:Stream", name, refs=unknown("encryptionType")) for name in ("a", "b")]
    answer = EngineRun().preview([OTHER, *streams])
    assert answer.violations() == []
    (note,) = answer.of(UNDECIDED)
    assert not note.mandatory
    assert "[stream-at-rest] undecided, decided in the update, before the resource is created: a: " in note.message
    assert "`encryptionType` is not known yet" in note.message
    assert answer.not_applicable == ("encrypt-at-rest", "encrypt-at-rest")


def test_a_breach_leaves_no_question_open() -> None:
    """One public subnet is enough, whatever the other one is."""
    subnets = {"subnetIds[0]": "data.id", "subnetIds[1]": "other.value"}
    public = r("ec2/route:Route", "out", destinationCidrBlock="0.0.0.0/0", refs=AT_GATE)
    cache = r("elasticache/serverlessCache:ServerlessCache", refs=subnets)
    answer = EngineRun().preview([OTHER, VPC, GATE, DATA, TABLE, LINK, public, cache])
    assert len(answer.violations("data-subnet-public")) == 1
    assert answer.of(UNDECIDED) == []


def test_a_known_id_that_no_resource_admits_to_is_explained_by_its_dependency() -> None:
    engine = EngineRun()
    public = r("ec2/route:Route", "out", destinationCidrBlock="0.0.0.0/0", refs=AT_GATE)
    cache = r("elasticache/serverlessCache:ServerlessCache", refs={"subnetIds[0]": "data.id"})
    stack = [VPC, GATE, DATA, TABLE, LINK, public, cache]
    plan = [(one, inputs, inputs) for one, inputs, _ in planned(stack, known=True)]  # outputs without any id
    for one, inputs, _ in plan:
        engine._analyze(one, inputs)
    diagnostics = engine._analyze_stack(plan, {one.name: one for one in stack}).diagnostics
    assert "data-subnet-public-graph" in [one.policyName for one in diagnostics]


def test_undecided_at_preview_is_decided_when_the_update_asks_again() -> None:
    engine = EngineRun()
    stream = r("kinesis/stream:Stream", refs=unknown("encryptionType"))
    assert engine.preview([OTHER, stream]).violations() == []
    answer = engine.preview([OTHER, r("kinesis/stream:Stream", encryptionType="NONE")])
    assert [one.policy for one in answer.violations()] == ["encrypt-at-rest"]
    assert answer.of(UNDECIDED) == []


def test_one_graph_for_all_policies_and_a_new_one_for_other_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    original = Stack.__init__

    def spy(self: Stack, resources: Any) -> None:
        found = list(resources)
        built.append(len(found))
        original(self, found)

    monkeypatch.setattr(graph.Stack, "__init__", spy)
    engine = EngineRun()
    stack = [VPC, GATE, DATA, TABLE, LINK, GROUP, SG, db(refs={"dbSubnetGroupName": "grp.name"})]
    assert engine.preview(stack).violations("data-subnet-public") == []
    public = r("ec2/route:Route", "out", destinationCidrBlock="0.0.0.0/0", refs=AT_GATE)
    assert engine.preview([*stack, public]).violations("data-subnet-public")
    # The same URNs, another value: a graph of its own, too.
    narrow = Declared(public.name, public.type, {"destinationCidrBlock": "10.9.0.0/16"}, public.refs)
    assert engine.preview([*stack, narrow]).violations("data-subnet-public") == []
    assert [size for size in built if size > 1] == [len(stack), len(stack) + 1, len(stack) + 1]


def test_what_is_only_read_is_not_judged_but_leads_on() -> None:
    """A resource that was not analysed beside others that were is read, not managed."""
    engine = EngineRun()
    engine.preview([BUCKET])
    read_only = EngineRun()
    read_only.servicer = engine.servicer
    answer = read_only.preview([db("theirs")], record=False)
    assert answer.violations() == []


def packaged(*public: bool) -> list[Declared]:
    """A component of another language, its subnets within, and a cache that takes some of them."""
    found = [Declared("pkg", "awsx:ec2:Vpc"), VPC, GATE, r("ec2/routeTable:RouteTable", "shut"), TABLE]
    found.append(r("ec2/route:Route", "out", destinationCidrBlock="0.0.0.0/0", refs=AT_GATE))
    for number, is_public in enumerate(public):
        subnet = Declared(f"sub{number}", DATA.type, {}, {"vpcId": "net.id"}, parent="pkg")
        link = {"subnetId": f"sub{number}.id", "routeTableId": "tbl.id" if is_public else "shut.id"}
        found += [subnet, r("ec2/routeTableAssociation:RouteTableAssociation", f"link{number}", refs=link)]
    return [*found, r("elasticache/serverlessCache:ServerlessCache", "hot", refs={"subnetIds": "pkg.someSubnetIds"})]


@pytest.mark.parametrize(
    ("public", "blocks", "undecided"),
    [((True, True), True, False), ((False, False), False, False), ((True, False), False, True)],
    ids=["all public", "none public", "some public"],
)
def test_subnets_within_a_component(public: tuple[bool, ...], blocks: bool, undecided: bool) -> None:
    """Which of its subnets a component hands out is unknown: decided only where it makes no difference."""
    answer = EngineRun().preview(packaged(*public))
    assert bool(answer.violations("data-subnet-public")) is blocks
    assert bool(answer.of(UNDECIDED)) is undecided


def test_what_aws_filled_in_does_not_change_the_verdict() -> None:
    """An unset property means its documented default, on a new stack and on an existing one."""
    engine = EngineRun()
    listener = Declared("tap", "aws:lb/listener:Listener", {"defaultActions": [{"type": "forward"}]}, {})
    balancer = r("lb/loadBalancer:LoadBalancer", "front")
    resources = [balancer, Declared(listener.name, listener.type, listener.props, {"loadBalancerArn": "front.arn"})]
    plan = [
        (one, inputs, {**outputs, "protocol": "filled in"}) for one, inputs, outputs in planned(resources, known=True)
    ]
    for one, inputs, _ in plan:
        engine._analyze(one, inputs)
    diagnostics = engine._analyze_stack(plan, {one.name: one for one in resources}).diagnostics
    assert len([one for one in diagnostics if "[listener-plain]" in one.message]) == 1


def test_plain_data_from_the_sdk_s_proxies() -> None:
    proxied = unknown_checking_proxy({"a": [1.0, 2.5, UNKNOWN_STRING_VALUE, {"b": None}], "c": {"d": True}})
    assert plain(proxied) == {"a": [1, 2.5, UNKNOWN, {"b": None}], "c": {"d": True}}
    assert isinstance(plain(proxied)["a"][0], int)


def test_paths() -> None:
    data = {"a": [{"b": 1}], "c": [{"b": 1}, {"b": 2}, {}], "d": UNKNOWN, "e": None, "f": []}
    assert [dig(data, path) for path in ("a.b", "c.b", "d.x", "e", "f.x", "g.h")] == [
        1, [1, 2], UNKNOWN, ABSENT, ABSENT, ABSENT,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        ("aws:alb/listener:Listener", "aws:lb/listener:Listener"),
        ("aws:elasticloadbalancingv2/loadBalancer:LoadBalancer", "aws:lb/loadBalancer:LoadBalancer"),
        ("aws:elasticloadbalancing/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"),
        ("aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"),
        ("aws:s3/bucketVersioningV2:BucketVersioningV2", "aws:s3/bucketVersioning:BucketVersioning"),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObjectv2:BucketObjectv2"),
        ("aws:apigatewayv2/api:Api", "aws:apigatewayv2/api:Api"),
    ],
)
def test_aliases(token: str, wanted: str) -> None:
    assert canonical(token) == wanted


def test_the_pack_is_described_as_the_cli_wants_it() -> None:
    about = yaml.safe_load((ROOT / "policy" / "PulumiPolicy.yaml").read_text())
    assert about["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": "../.venv"}}
    assert about["version"]


def test_the_pack_starts_a_server() -> None:
    """As the CLI starts it: the port is the first line of its output."""
    with subprocess.Popen([sys.executable, "policy"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert int(process.stdout.readline()) > 0
        finally:
            process.kill()


def test_a_day_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARD_TODAY", "2026-12-32")
    found = subprocess.run([sys.executable, "policy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (1, "GUARD_TODAY is 2026-12-32; give a date like 2026-12-31\n")


def test_a_resource_is_handed_to_the_policies_that_speak_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each policy costs the SDK's work for the resource anew (benchmarks/pack.py); each sees its configuration once."""
    asked: list[str] = []
    original = ResourceValidationPolicy.validate

    def spy(self: ResourceValidationPolicy, args: Any, report: Any) -> Any:
        asked.append(self.name)
        return original(self, args, report)

    monkeypatch.setattr(ResourceValidationPolicy, "validate", spy)
    engine = EngineRun()
    everything = [name for name, level in engine.levels.items() if level is not EnforcementLevel.DISABLED]
    engine._analyze(BUCKET, BUCKET.props)
    assert set(asked) < set(everything)
    first, asked[:] = list(asked), []
    key = r("kms/key:Key")
    engine._analyze(key, key.props)
    assert RECORDER in asked
    assert "kms-hygiene" in asked
    assert len(asked) < len(first) / 2


def test_the_list_of_policies_is_whole_whoever_reads_it() -> None:
    found = policies(today=TODAY)
    assert len(list(found)) == len(found) == len(EngineRun(found).info().policies)


def test_today_is_a_parameter() -> None:
    names = [one.name for one in policies(today=date(2030, 1, 1))]
    assert names == [one.name for one in policies(today=TODAY)]
    assert isinstance(policies(today=TODAY)[0], ResourceValidationPolicy)
