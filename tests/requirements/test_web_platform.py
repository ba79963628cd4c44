"""WP: what web-platform's pages and workflows say, and that the recorded stacks agree with it."""

import ast
import copy
import graphlib
import re
from collections.abc import Callable
from functools import cache

import pytest
import yaml

from tests.requirements.expected import requirement
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed
from tests.requirements.pages import Pages, sections
from tests.requirements.reading import of, one
from tests.requirements.systems import shapes
from tests.requirements.test_runbooks import PARTS_OF_A_RUNBOOK
from tests.requirements.workflow_breaches import Mutation, run, without
from tests.requirements.workflows import Step, Workflows, read, running
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, ROOT, recorded

HERE = "blueprints/web-platform/"
README, MODULES, RECOVERY = (f"{HERE}{page}" for page in ("README.md", "docs/modules.md", "docs/runbooks/recovery.md"))
EVERY = [each for each in BLUEPRINT_STACKS if each.startswith("web-platform/")]
PLATFORMS = ["web-platform/staging", "web-platform/production"]
every = pytest.mark.parametrize("stack", EVERY)
platforms = pytest.mark.parametrize("stack", PLATFORMS)
#: Components of the kinds that the design gives to a module.
OWNED = {
    "backend": {"Dynamo"},
    "networking": {"Network", "LoadBalancer"},
    "storage": {"Database", "Cache", "Bucket"},
    "ECR": {"Registry"},
    "compute": {"Cluster", "Service", "Scaling"},
    "security": {"Roles", "Key", "Firewall"},
    "monitoring": {"SharedLogs", "FlowLogs", "CountedMetrics", "Alarms"},
}


def modules(written: Pages) -> dict[str, set[str]]:
    """The components of each module on the page. Raises AssertionError where one stands twice."""
    rows = {row[0]: re.findall(r"`(\w+)`", row[3]) for row in _rows(written)}
    everything = [name for names in rows.values() for name in names]
    assert len(everything) == len({*everything})
    return {module: {*names} for module, names in rows.items()}


def _rows(written: Pages) -> list[list[str]]:
    lines = [line for line in written[MODULES].splitlines() if re.match(r"\| [a-zA-Z]+ \|", line)][1:]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


@cache
def defined() -> set[str]:
    """Every component class below components/."""
    trees = [ast.parse(file.read_text()) for file in (ROOT / "components").rglob("*.py")]
    found = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name for node in found if "Component" in map(ast.unparse, node.bases)}


def assert_owns(written: Pages, *names: str) -> None:
    """Modules have at least the components of the kinds that the design gives them."""
    found = modules(written)
    assert all(OWNED[name] <= found[name] for name in names)


@requirement("WP-DOC-01")
@every
def test_every_component_stands_in_one_module(written: Pages, stack: str) -> None:
    assert set().union(*modules(written).values()) == defined()
    assert_owns(written, "backend", "networking", "security", "compute")


@requirement("WP-DOC-02")
@every
def test_modules_depend_one_way(written: Pages, stack: str) -> None:
    """Each after those that it needs, in the design's order; no import leads back."""
    after = {row[0]: [each for each in row[2].split(", ") if each] for row in _rows(written)}
    places = [*after]
    assert all(places.index(need) < places.index(module) for module, needs in after.items() for need in needs)
    assert (after["networking"], after["storage"]) == (["backend"], ["networking"])
    assert "security" in after["compute"]
    assert_owns(written, "storage", "monitoring", "ECR")
    graphlib.TopologicalSorter(_imports()).prepare()


@cache
def _imports() -> dict[str, set[str]]:
    """What each module of components imports of the others. `prepare` above raises CycleError for a cycle."""
    files = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in (ROOT / "components").rglob("*.py")
    }
    found = {
        name: {
            node.module
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom) and node.module in files
        }
        for name, file in files.items()
    }
    assert sum(map(len, found.values())) > 200
    return found


@requirement("WP-DOC-03")
@every
def test_environments_are_stack_files_of_one_program(written: Pages, stack: str) -> None:
    folder = BLUEPRINTS / "web-platform"
    assert yaml.safe_load((folder / "Pulumi.yaml").read_text())["main"] == "../../"
    assert list(folder.rglob("*.py")) == []
    assert {f"web-platform/{file.name.split('.')[1]}" for file in folder.glob("Pulumi.*.yaml")} == {*EVERY}
    assert "the program is the one at the root" in written[MODULES]
    tokens = {each.type for each in recorded(stack, True).resources.values() if each.type.startswith("cloudplatform:")}
    assert tokens <= set((ROOT / "tests/golden/tokens.txt").read_text().split())


@requirement("WP-DOC-04")
@every
def test_networking_has_vpc_subnets_and_load_balancer(written: Pages, stack: str) -> None:
    """One component has VPC and subnets; the page says why the balancer comes after the security groups."""
    assert_owns(written, "networking")
    assert "VPC and subnets, security groups, load balancer" in written[MODULES]


@requirement("WP-DOC-05")
@every
def test_security_and_monitoring_have_their_kinds(written: Pages, stack: str) -> None:
    assert_owns(written, "security", "monitoring")


@requirement("WP-IAM-03")
@platforms
def test_ecs_has_its_own_roles(written: Pages, stack: str) -> None:
    text = written.sections(README)["Roles that nobody makes"]
    for role in ("AWSServiceRoleForECS", "AWSServiceRoleForApplicationAutoScaling_ECSService"):
        assert f"`{role}`" in text
    found = recorded(stack, True)
    shapes.none_of(found, "iam.ServiceLinkedRole")
    assert [each.inputs.get("iamRole") for each in of(found, "ecs.Service")] == [None]
    assert [each.inputs.get("roleArn") for each in of(found, "appautoscaling.Target")] == [None]


@requirement("WP-DR-04")
@platforms
def test_back_within_four_hours(written: Pages, stack: str) -> None:
    """The aims, a row for each loss whose hours are within them, and a procedure for each by names of the stack."""
    parts = written.sections(RECOVERY)
    assert list(parts) == PARTS_OF_A_RUNBOOK
    assert "within 4 hours (RTO)" in parts["Purpose"]
    assert "no more than 1 hour lost (RPO)" in parts["Purpose"]
    rows = {row[0]: row[1:] for row in written.rows(RECOVERY, "Purpose")}
    hours = [int(each) for row in rows.values() for each in re.findall(r"(\d+) hours", row[0])]
    assert {"a zone", "the database, or its data", "the region"} <= rows.keys()
    assert max(hours) == 4
    steps = sections(parts["Procedure"], 3)
    assert [*steps] == ["Before a deployment or a major change", "The database is lost, or its data is wrong",
                        "The region is lost"]  # fmt: skip
    for name in ("The database is lost, or its data is wrong", "The region is lost"):
        assert "restore-db-instance-to-point-in-time" in steps[name]
    assert "(docs/runbooks/recovery.md)" in written[README]
    found = recorded(stack, True)
    copies = one(found, "rds.InstanceAutomatedBackupsReplication")
    assert f"copied to {copies['region']} for {copies['retentionPeriod']} days" in rows["the region"][2]
    assert (
        f"{one(recorded(stack, True), 'backup.Plan')['rules'][0]['lifecycle']['deleteAfter']} days" in parts["Purpose"]
    )


def _flows() -> Workflows:
    files = sorted((BLUEPRINTS / "web-platform/.github/workflows").glob("*.yml"))
    return Workflows({file.stem: read(file.read_text()) for file in files})


def assert_snapshots(flows: Workflows) -> None:
    """By hand, of any of the two databases, under a name with the reason, until it is whole."""
    inputs = flows.triggers("snapshot")["workflow_dispatch"]["inputs"]
    assert [f"web-platform/{each}" for each in inputs["stack"]["options"]] == PLATFORMS
    assert inputs["reason"]["required"] is True
    job, steps = flows.job("snapshot", "snapshot"), flows.steps("snapshot", "snapshot")
    for stack in inputs["stack"]["options"]:
        name = one(recorded(f"web-platform/{stack}", True), "rds.Instance")["identifier"]
        assert job["env"]["DATABASE"].replace("${{ inputs.stack }}", stack) == name
    command = steps[running(steps, "create-db-snapshot")]["run"]
    assert "$DATABASE-$reason-" in command
    assert command.index("create-db-snapshot") < command.index("wait db-snapshot-available")


def assert_restores(flows: Workflows) -> None:
    """Each month, of both: what would be lost, and elsewhere; a copy like the first, gone in any case."""
    lost, _ = assert_restored(flows)
    assert [
        f"web-platform/{each}" for each in flows.job("restore-test", "restore")["strategy"]["matrix"]["stack"]
    ] == PLATFORMS
    for stack in PLATFORMS:
        there = one(recorded(stack, True), "rds.InstanceAutomatedBackupsReplication")["region"]
        assert f"describe-db-instance-automated-backups --region {there} " in lost["run"]


def assert_restored(flows: Workflows) -> tuple[Step, Step]:
    """Each month, within four hours: what would be lost; a copy like the first, gone in any case. The first two."""
    assert flows.triggers("restore-test")["schedule"] == [{"cron": "23 9 1 * *"}]
    job, steps = flows.job("restore-test", "restore"), flows.steps("restore-test", "restore")
    assert (job["timeout-minutes"], job["env"]["LOST"]) == (4 * 60, 3600)
    wanted = ("LatestRestorableTime", "restore-db-instance-to", "diff", "delete-db-instance")
    lost, restored, same, deleted = (running(steps, each) for each in wanted)
    assert lost < restored < same < deleted == len(steps) - 1
    assert '[ "$lost" -le "$LOST" ]' in steps[lost]["run"]
    assert "if" not in steps[restored]
    assert steps[deleted]["if"] == "always()"
    assert '--db-instance-identifier "$COPY"' in steps[deleted]["run"]
    return steps[lost], steps[restored]


@requirement("WP-DR-03", stacks=PLATFORMS)
def test_a_snapshot_before_changes() -> None:
    assert_snapshots(_flows())
    assert "snapshot" in (ROOT / RECOVERY).read_text().partition("### Before a deployment")[2]


@requirement("WP-DR-07", stacks=PLATFORMS)
def test_restores_are_tested_each_month() -> None:
    assert_restores(_flows())


def _elsewhere(step: Step) -> None:
    step.update(run=step["run"].replace("us-west-2", "eu-west-1"))


FLOWS: list[tuple[Callable[[Workflows], None], str, Mutation]] = [
    (assert_snapshots, "snapshot", without("snapshot", "create-db-snapshot")),
    (assert_restores, "restore-test", lambda file: file["on"].pop("schedule")),
    (assert_restores, "restore-test", without("restore", "delete-db-instance")),
    (assert_restores, "restore-test", run("restore", "LatestRestorableTime", _elsewhere)),
]


@pytest.mark.parametrize(("proof", "name", "change"), FLOWS)
def test_workflows_that_would_not_do(proof: Callable[[Workflows], None], name: str, change: Mutation) -> None:
    """Each change takes its proof away."""
    files = copy.deepcopy(dict(_flows().files))
    change(files[name])
    with pytest.raises((AssertionError, KeyError)):
        proof(Workflows(files))


def _breach(proof: Callable[..., None], change: Callable[[Pages], Pages]) -> PageBreach:
    return PageBreach(proof, change, {"stack": PLATFORMS[0]})


BREACHES = [
    _breach(test_every_component_stands_in_one_module, edit(MODULES, ", `Service` |", " |")),
    _breach(test_modules_depend_one_way, edit(MODULES, "| networking | `Backup`", "| compute | `Backup`")),
    _breach(test_environments_are_stack_files_of_one_program, edit(MODULES, "the program is the one at the root")),
    _breach(test_networking_has_vpc_subnets_and_load_balancer, edit(MODULES, "`LoadBalancer`, ")),
    _breach(test_security_and_monitoring_have_their_kinds, edit(MODULES, "`Firewall`, ")),
    _breach(test_ecs_has_its_own_roles, edit(README, "AWSServiceRoleForECS")),
    _breach(test_back_within_four_hours, edit(RECOVERY, "| 3 to 4 hours |", "| 5 to 6 hours |")),
    _breach(test_back_within_four_hours, gone(RECOVERY)),
]
test_breaches = noticed(BREACHES)
