"""TC-DOC: five stack files, the modules of the design, and the controls that the requirements answer."""

import re
import subprocess
from collections.abc import Callable

import pytest
import yaml

from tests.requirements.expected import requirement
from tests.requirements.ledger import ledger
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed
from tests.requirements.pages import Pages
from tests.requirements.reading import of, one, only
from tests.requirements.test_runbooks import PARTS_OF_A_RUNBOOK
from tests.requirements.test_web_platform import assert_restored, defined
from tests.requirements.workflows import Workflows, read
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, ROOT, recorded

HERE = "blueprints/techcorp/"
README, MODULES, COMPLIANCE, VPN = (
    f"{HERE}{page}" for page in ("README.md", "docs/modules.md", "docs/compliance.md", "docs/runbooks/vpn.md")
)
every = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")])
#: Components of the kinds that the design gives to a module.
OWNED = {
    "vpc": {"Network", "NetworkAcls", "FlowLogs"},
    "ecs": {"Cluster", "Service", "Scaling", "LoadBalancer"},
    "rds": {"Database", "Backup"},
    "s3": {"Bucket"},
    "security": {"Firewall", "WebAcl", "Key", "Secrets"},
    "monitoring": {"Alarms", "Dashboard"},
    "global/iam": {"Roles"},
    "global/route53": {"Zone", "Records"},
}
#: What each control asks, by its number; the ids are the ledger's.
CONTROLS = {
    "CC6.6": {"TC-IAM-01", "TC-IAM-02", "TC-IAM-03", "TC-IAM-04", "TC-NET-11"},
    "CC6.7": {"TC-DB-05", "TC-CACHE-03", "TC-KMS-01", "TC-KMS-02", "TC-KMS-04", "TC-LB-02", "TC-EDGE-03"},
    "CC7.2": {"TC-LOG-07", "TC-DASH-06", "TC-DETECT-01", "TC-DETECT-07"},
    "CC8.1": {"TC-CICD-13", "TC-CICD-17", "TC-CICD-18"},
}
#: What the runbook of the VPN has in its procedure.
WRITTEN = (
    "acm import-certificate",
    "saml-client-vpn.xml",
    "import-client-vpn-client-certificate-revocation-list",
    "terminate-client-vpn-connections",
    "--duration-seconds 1800",
    "second factor at each sign-in",
    "a session last 30 minutes",
)
REGIONS = {"production-dr": "us-west-2", "production-eu": "eu-west-1"}


def restored(flows: Workflows, stack: str) -> None:
    """The database of the stack, in its region, among those that are restored each month."""
    lost, copied = assert_restored(flows)
    job, found = flows.job("restore-test", "restore"), recorded(stack, True)
    name = stack.partition("/")[2]
    assert {"stack": name, "region": found.config["aws:region"]} in job["strategy"]["matrix"]["include"]
    database = only(each for each in of(found, "rds.Instance") if each.name == "database-instance")
    assert job["env"]["DATABASE"].replace("${{ matrix.stack }}", name) == database["identifier"]
    assert all('"$DATABASE"' in step["run"] for step in (lost, copied))


def _flows() -> Workflows:
    file = BLUEPRINTS / "techcorp/.github/workflows/restore-test.yml"
    return Workflows({file.stem: read(file.read_text())})


@requirement("TC-DR-03")
@every
def test_restores_are_tested_each_month(stack: str) -> None:
    restored(_flows(), stack)


@every
@pytest.mark.parametrize("lost", ["schedule", "stack"])
def test_a_restore_that_is_missing_is_noticed(stack: str, lost: str) -> None:
    flows = _flows()
    if lost == "schedule":
        del flows.files["restore-test"]["on"]["schedule"]
    else:
        table = flows.job("restore-test", "restore")["strategy"]["matrix"]
        table["include"] = [each for each in table["include"] if each["stack"] != stack.partition("/")[2]]
    with pytest.raises((AssertionError, KeyError)):
        restored(flows, stack)


@requirement("TC-DOC-01")
@every
def test_a_stack_file_an_environment(written: Pages, stack: str) -> None:
    """Production, staging and development, and the two regional ones; nothing else tells them apart."""
    files = {file.name.split(".")[1] for file in (BLUEPRINTS / "techcorp").glob("Pulumi.*.yaml")}
    assert files == {"production", "production-dr", "production-eu", "staging", "development"}
    assert yaml.safe_load((BLUEPRINTS / "techcorp/Pulumi.yaml").read_text())["main"] == "../../"
    name = stack.partition("/")[2]
    found = recorded(stack, True)
    assert found.config["aws:region"] == REGIONS.get(name, "us-east-1")
    assert one(found, "ecs.Cluster")["name"].startswith(f"techcorp-{name}-")
    assert [each for each in sorted(files) if f"`{each}`" not in written[README]] == []


@requirement("TC-DOC-02")
@every
def test_the_modules_of_the_design(written: Pages, stack: str) -> None:
    """In its order, with the components of its kinds, each once; what a stack uses is among them."""
    rows = _modules(written)
    assert [*rows] == [*OWNED]
    assert all(OWNED[module] <= {*rows[module]} for module in OWNED)
    names = [name for each in rows.values() for name in each]
    assert sorted(names) == sorted(defined())
    used = {each.type for each in recorded(stack, True).resources.values() if each.type.startswith("cloudplatform:")}
    assert {each.rpartition(":")[2] for each in used} <= {*names}


def _modules(written: Pages) -> dict[str, list[str]]:
    lines = [line for line in written[MODULES].splitlines() if re.match(r"\| [a-z0-9/]+ \|", line)][1:]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    return {row[0]: re.findall(r"`(\w+)`", row[-1]) for row in cells}


@requirement("TC-DOC-06")
@every
def test_controls_map_to_requirements(written: Pages, stack: str) -> None:
    """Each of the four, by ids that there are; what a control asks has an id that holds for each stack or its own."""
    found: dict[str, set[str]] = {}
    for control, asked, ids, evidence in written.rows(COMPLIANCE, "Controls"):
        assert asked
        assert evidence
        found.setdefault(control, set()).update(ids.split(", "))
    assert [*found] == [*CONTROLS]
    for control, ids in CONTROLS.items():
        assert ids <= found[control]
    named = {id_ for ids in found.values() for id_ in ids}
    assert named <= {id_ for id_, each in ledger().items() if each.system == "techcorp"}
    assert any(stack.partition("/")[2] in ledger()[id_].stacks for id_ in named)


@requirement("TC-EDGE-07")
@every
def test_shield_standard_alone(written: Pages, stack: str) -> None:
    text = written.sections(README)["Protection at the edge"]
    assert "AWS Shield Standard protects CloudFront, Route 53 and the load balancer" in text
    assert "Shield Advanced is no part of the design" in text
    assert not [each for each in recorded(stack, True).resources.values() if each.type.startswith("aws:shield/")]


@requirement("TC-DR-05")
@every
def test_configuration_in_git_and_state_in_s3(written: Pages, stack: str) -> None:
    """Each stack file is in the repository; the page's buckets are there, with their versions."""
    text = written.sections(README)["Configuration and state"]
    file = f"blueprints/techcorp/Pulumi.{stack.partition('/')[2]}.yaml"
    subprocess.run(["git", "ls-files", "--error-unmatch", file], cwd=ROOT, capture_output=True, check=True)
    for name in ("production", "production-dr"):
        found = recorded(f"techcorp/{name}", True)
        bucket = only(each for each in of(found, "s3.Bucket") if each.name == "bucket-state-bucket")["bucket"]
        assert bucket == f"techcorp-{name}-state"
        assert f"`{bucket}`" in text
        versions = only(each for each in of(found, "s3.BucketVersioning") if each["bucket"] == bucket)
        assert versions["versioningConfiguration"]["status"] == "Enabled"
    assert "pulumi login s3://techcorp-production-state`" in text
    assert "PULUMI_BACKEND_URL" in text


@requirement("TC-IAM-03")
@every
def test_how_administrators_get_in_is_written(written: Pages, stack: str) -> None:
    """The runbook says how certificates and metadata get there, and how access ends, with the stack's names."""
    parts = written.sections(VPN)
    assert list(parts) == PARTS_OF_A_RUNBOOK
    assert f"({VPN.removeprefix(HERE)})" in written[README]
    procedure = parts["Procedure"]
    for words in WRITTEN:
        assert words in procedure
    for endpoint in of(recorded(stack, True), "ec2clientvpn.Endpoint"):
        name = endpoint["tags"]["Name"]
        assert name.replace(stack.partition("/")[2], "$ENV") in parts["Prerequisites"]
        log = endpoint["connectionLogOptions"]["cloudwatchLogGroup"]
        assert log.replace(stack.partition("/")[2], "$ENV") in parts["Verification"]


@every
def test_somebody_hears_before_the_vpns_certificates_end(stack: str) -> None:
    """Both are imported, and nobody renews them: an alarm each, a month before."""
    found = recorded(stack, True)
    for endpoint in of(found, "ec2clientvpn.Endpoint"):
        own = {endpoint["serverCertificateArn"], endpoint["authenticationOptions"][0]["rootCertificateChainArn"]}
        watched = [
            (each["dimensions"]["CertificateArn"], each["threshold"], each["period"])
            for each in of(found, "cloudwatch.MetricAlarm")
            if each.inputs.get("metricName") == "DaysToExpiry"
        ]
        assert sorted(watched) == sorted((each, 30, 86400) for each in own)


def _breach(proof: Callable[..., None], change: Callable[[Pages], Pages]) -> PageBreach:
    return PageBreach(proof, change, {"stack": "techcorp/production"})


BREACHES = [
    _breach(test_a_stack_file_an_environment, edit(README, "`development`", "`test`")),
    _breach(test_the_modules_of_the_design, edit(MODULES, "`Firewall`, ")),
    _breach(test_the_modules_of_the_design, edit(MODULES, "| vpc |", "| net |")),
    _breach(test_the_modules_of_the_design, edit(MODULES, "`Bucket`", "`Bucket`, `Network`")),
    _breach(test_controls_map_to_requirements, edit(COMPLIANCE, "| CC8.1 |", "| CC8.2 |")),
    _breach(test_controls_map_to_requirements, edit(COMPLIANCE, "TC-KMS-02", "TC-KMS-22")),
    _breach(test_shield_standard_alone, edit(README, "Shield Advanced is no part of the design")),
    _breach(test_configuration_in_git_and_state_in_s3, edit(README, "s3://techcorp-production-state", "s3://other")),
    _breach(test_how_administrators_get_in_is_written, gone(VPN)),
    _breach(test_how_administrators_get_in_is_written, edit(VPN, "--duration-seconds 1800", "")),
    _breach(test_how_administrators_get_in_is_written, edit(VPN, "/techcorp/$ENV/client-vpn", "/techcorp/vpn")),
]
test_breaches = noticed(BREACHES)
