"""techcorp: a new version beside the old one, tested, with a part of the requests, then with all; and the way back."""

from typing import Any

from functions.test_deployment.handler import TRIES, VersionTest
from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, at, document, of, one, permissions
from tests.requirements.systems.canary_machine import HOOK_STAGE, deployed
from tests.requirements.systems.table import ClassProof, Matches, Proof, Ref, StackProof

ADVANCED = "loadBalancers.0.advancedConfiguration"
SERVICE, RULE, GROUP, ALARM = "ecs.Service", "lb.ListenerRule", "lb.TargetGroup", "cloudwatch.MetricAlarm"
NAMED = ("name", "tags", "tagsAll")
HANDLER = "functions.test_deployment.handler.handle"
COUNTS = {"production": 15, "production-eu": 2}  #: services, all behind the load balancer


def _good(event: dict[str, Any]) -> dict[str, Any]:
    return VersionTest.read(event).verdict([])


def _bad(event: dict[str, Any]) -> dict[str, Any]:
    return VersionTest.read(event).verdict(["503"])


def _groups(stack: Recording, service: RecordedResource) -> list[RecordedResource]:
    """Both target groups of a service, the first one first."""
    [entry] = service["loadBalancers"]
    by_arn = {arn(each): each for each in of(stack, GROUP)}
    return [by_arn[entry["targetGroupArn"]], by_arn[entry["advancedConfiguration"]["alternateTargetGroupArn"]]]


def two_groups(stack: Recording) -> None:
    """Alike but for their names; no two services share one, and the rules of each lead to just its own."""
    rules = {arn(each): each for each in of(stack, RULE)}
    seen: list[str] = []
    for service in of(stack, SERVICE):
        groups = _groups(stack, service)
        first, second = ({**each.inputs, **dict.fromkeys(NAMED, "")} for each in groups)
        assert first == second
        seen += [arn(each) for each in groups]
        entry = service["loadBalancers"][0]["advancedConfiguration"]
        production, test = rules[entry["productionListenerRule"]], rules[entry["testListenerRule"]]
        for rule in (production, test):
            [action] = rule["actions"]
            weights = {each["arn"]: each["weight"] for each in action["forward"]["targetGroups"]}
            assert weights == {arn(groups[0]): 100, arn(groups[1]): 0}
            assert "actions" in rule.options.ignore_changes, "an update would send requests to the version before"
    assert len(set(seen)) == len(seen)


def a_rule_for_tests(stack: Recording) -> None:
    """It takes what the rule for everybody takes, with a header that nobody guesses, and stands before all that do."""
    rules = {arn(each): each for each in of(stack, RULE)}
    for service in of(stack, SERVICE):
        entry = service["loadBalancers"][0]["advancedConfiguration"]
        production, test = rules[entry["productionListenerRule"]], rules[entry["testListenerRule"]]
        [header] = [each["httpHeader"] for each in test["conditions"] if "httpHeader" in each]
        assert header["httpHeaderName"] == "X-Deployment-Test"
        [passphrase] = stack.named("load-balancer-test-passphrase")
        assert (header["values"], passphrase["length"]) == ([passphrase.outputs["result"]], 40)
        rest = [each for each in test["conditions"] if "httpHeader" not in each]
        everybody = {"pathPattern": {"values": ["/*"]}}
        assert production["conditions"] in (rest, [everybody])
        assert test["priority"] == production["priority"] - 1


def who_shifts(stack: Recording) -> None:
    """One role for the rules and target groups of this load balancer, one that runs the test; ECS alone takes them."""
    balancer, test = one(stack, "lb.LoadBalancer"), at(stack, "lambda_.Function", handler=HANDLER)
    [shifts] = {each["loadBalancers"][0]["advancedConfiguration"]["roleArn"] for each in of(stack, SERVICE)}
    roles = {arn(each): each for each in of(stack, "iam.Role")}
    names = {each["name"] for service in of(stack, SERVICE) for each in _groups(stack, service)}
    may = {tuple(each.actions): {one.rpartition(":")[2] for one in each.resources} for each in permissions(stack, roles[shifts])}  # fmt: skip
    elb = "elasticloadbalancing:"
    assert may == {
        tuple(f"{elb}Describe{each}" for each in ("Listeners", "Rules", "TargetGroups", "TargetHealth")): {"*"},
        (f"{elb}DeregisterTargets", f"{elb}RegisterTargets"): {f"targetgroup/{name}/*" for name in names},
        (f"{elb}ModifyRule",): {f"listener-rule/app/{balancer['name']}/*"},
    }
    [runs] = {each["deploymentConfiguration"]["lifecycleHooks"][0]["roleArn"] for each in of(stack, SERVICE)}
    [statement] = permissions(stack, roles[runs])
    assert (statement.actions, statement.resources) == (["lambda:InvokeFunction"], [arn(test)])
    for role in (shifts, runs):
        [trusted] = document(roles[role]["assumeRolePolicy"])
        assert (trusted.allows, trusted.actions) == (True, ["sts:AssumeRole"])
        assert trusted.principals == [("Service", "ecs.amazonaws.com")]


def is_tested(stack: Recording) -> None:
    """The function asks the service's own route, before anybody else does; a version that answers badly never gets a
    request of anybody's."""
    hosts = {each["name"] for each in of(stack, "route53.Record")}
    urls: list[str] = []
    for service in of(stack, SERVICE):
        [hook] = service["deploymentConfiguration"]["lifecycleHooks"]
        assert hook["lifecycleStages"] == [HOOK_STAGE]
        assert hook["hookTargetArn"] == arn(at(stack, "lambda_.Function", handler=HANDLER))
        bad = deployed(stack, service, _bad)
        assert (bad.shifts, bad.removed, len(bad.hooked)) == ([], "new", TRIES)
        assert bad.hooked[0]["executionDetails"]["productionTrafficWeights"].popitem()[1] == 0
        urls.append(VersionTest.read(bad.hooked[0]).details["url"])
    assert {each.split("/")[2] for each in urls} <= hosts
    assert len(set(urls)) == len(urls)


def ten_percent_first(stack: Recording) -> None:
    """A tenth for thirty minutes, then all."""
    for service in of(stack, SERVICE):
        assert deployed(stack, service, _good).shifts == [(0, 10), (30, 100)]


def old_one_stays_a_day(stack: Recording) -> None:
    """It is removed 24 hours after it got its last request."""
    for service in of(stack, SERVICE):
        good = deployed(stack, service, _good)
        assert (good.removed, good.gone_at) == ("old", 30 + 1440)


def alarms_bring_it_back(stack: Recording) -> None:
    """Each alarm of the service, while the new version has a part and while it has all; another service's does not."""
    services = of(stack, SERVICE)
    for service, other in zip(services, [*services[1:], services[0]], strict=True):
        for name in service["alarms"]["alarmNames"]:
            early = deployed(stack, service, _good, lambda minute, name=name: {name} if minute >= 5 else set())
            assert (early.shifts, early.removed) == ([(0, 10), (5, 0)], "new")
            late = deployed(stack, service, _good, lambda minute, name=name: {name} if minute >= 1000 else set())
            assert (late.shifts, late.removed) == ([(0, 10), (30, 100), (1000, 0)], "new")
        calm = deployed(stack, service, _good, lambda _, of=other: {*of["alarms"]["alarmNames"]})
        assert calm.removed == "old"


def alarms_see_both(stack: Recording) -> None:
    """Errors, latency and failed health checks of its own target groups: whichever has the tasks."""
    alarms = {each["name"]: each for each in of(stack, ALARM)}
    for service in of(stack, SERVICE):
        assert service["alarms"] | {"alarmNames": []} == {"enable": True, "rollback": True, "alarmNames": []}
        groups = [each.outputs["arnSuffix"] for each in _groups(stack, service)]
        read: set[tuple[str, str]] = set()
        for name in service["alarms"]["alarmNames"]:
            first, second, whole = alarms[name]["metricQueries"]
            metrics = [first["metric"], second["metric"]]
            assert [each["dimensions"]["TargetGroup"] for each in metrics] == groups
            [metric] = {each["metricName"] for each in metrics}
            read.add((metric, whole["expression"]))
        assert read == {
            ("HTTPCode_Target_5XX_Count", "SUM([first, second])"),
            ("TargetResponseTime", "MAX([first, second])"),
            ("UnHealthyHostCount", "SUM([first, second])"),
        }


def no_alarm_sees_one_alone(stack: Recording) -> None:
    """Whatever alarm names a target group names the one that takes turns with it too."""
    pairs = {frozenset(each.outputs["arnSuffix"] for each in _groups(stack, service)) for service in of(stack, SERVICE)}
    found = 0
    for alarm in of(stack, ALARM):
        assert "TargetGroup" not in alarm.inputs.get("dimensions", {})
        metrics = [each["metric"] for each in alarm.inputs.get("metricQueries", ()) if each.get("metric")]
        named = {each["dimensions"]["TargetGroup"] for each in metrics if "TargetGroup" in each["dimensions"]}
        assert not named or frozenset(named) in pairs
        found += bool(named)
    assert found == 5 * len(pairs)


def _rows(stack: str) -> list[Proof]:
    here, count = (stack,), COUNTS[stack]
    told, hooks = "deploymentConfiguration.", "deploymentConfiguration.lifecycleHooks.0."
    return [
        ClassProof("TC-CICD-08", SERVICE, {told + "strategy": "CANARY", f"{ADVANCED}.productionListenerRule": Matches(":listener-rule/"), f"{ADVANCED}.testListenerRule": Matches(":listener-rule/")}, count=count, stacks=here),
        StackProof("TC-CICD-08", two_groups, (), (RULE, GROUP), here),
        StackProof("TC-CICD-08", a_rule_for_tests, (), (RULE,), here),
        StackProof("TC-CICD-08", who_shifts, (), ("iam.RolePolicy",), here),
        ClassProof("TC-CICD-09", SERVICE, {told + "canaryConfiguration.canaryPercent": 10, told + "canaryConfiguration.canaryBakeTimeInMinutes": "30"}, count=count, stacks=here),
        StackProof("TC-CICD-09", ten_percent_first, (), (), here),
        ClassProof("TC-CICD-10", SERVICE, {told + "bakeTimeInMinutes": "1440"}, count=count, stacks=here),
        StackProof("TC-CICD-10", old_one_stays_a_day, (), (), here),
        ClassProof("TC-CICD-11", SERVICE, {hooks + "lifecycleStages": [HOOK_STAGE], hooks + "hookTargetArn": Ref("lambda_.Function", {"handler": HANDLER}, "arn")}, count=count, stacks=here),
        StackProof("TC-CICD-11", is_tested, (), ("lambda_.Function",), here),
        ClassProof("TC-CICD-12", SERVICE, {"alarms.enable": True, "alarms.rollback": True}, count=count, stacks=here),
        StackProof("TC-CICD-12", alarms_bring_it_back, (), (), here),
        StackProof("TC-CICD-12", alarms_see_both, (), (ALARM,), here),
        StackProof("TC-CICD-12", no_alarm_sees_one_alone, (), (ALARM,), here),
    ]  # fmt: skip


ROWS = [row for stack in COUNTS for row in _rows(stack)]
