"""CP-DETECT: who watches the account."""

from typing import Any

import pytest

from preview.recording import Recording
from tests.requirements.breaches import Breach, Mutation, add, change, drop, noticed
from tests.requirements.expected import ACCOUNT, REGION, requirement, shared
from tests.requirements.reading import of, one, only
from tests.stack_files import changed

WATCHERS = ("guardduty.Detector", "securityhub.Account", "cfg.RecorderStatus", "inspector2.Enabler",
            "accessanalyzer.Analyzer")  # fmt: skip
FEATURES = {"S3_DATA_EVENTS": "ENABLED", "RDS_LOGIN_EVENTS": "ENABLED", "LAMBDA_NETWORK_LOGS": "ENABLED",
            "EKS_AUDIT_LOGS": "DISABLED", "EBS_MALWARE_PROTECTION": "DISABLED",
            "RUNTIME_MONITORING": "ENABLED"}  # fmt: skip


def with_detection(**tables: Any) -> Recording:
    """The shared stack with other words in its detection's tables."""
    return changed("shared", lambda config: config["cloudplatform:detection"].update(tables))


def standards(platform: Recording) -> list[str]:
    return sorted(each["standardsArn"] for each in of(platform, "securityhub.StandardsSubscription"))


@requirement("CP-DETECT-01", "CP-DETECT-02")
@shared
def test_one_detector(platform: Recording, stack: str) -> None:
    """It tells of a known finding again every quarter of an hour."""
    detector = one(platform, "guardduty.Detector")
    assert (detector["enable"], detector["findingPublishingFrequency"]) == (True, "FIFTEEN_MINUTES")


@requirement("CP-DETECT-03")
@shared
def test_its_foundational_sources_stay_on(platform: Recording, stack: str) -> None:
    """They are no features, so no feature can switch them off; each feature is said, on or off."""
    features = of(platform, "guardduty.DetectorFeature")
    assert {each["name"]: each["status"] for each in features} == FEATURES
    assert {each["detectorId"] for each in features} == {one(platform, "guardduty.Detector").id}
    assert "datasources" not in one(platform, "guardduty.Detector").inputs


@shared
def test_tasks_are_watched_while_they_run(platform: Recording, stack: str) -> None:
    """Else no finding is of a task, and isolation never happens. GuardDuty puts its agent beside tasks on Fargate."""
    [runtime] = [each for each in of(platform, "guardduty.DetectorFeature") if each["name"] == "RUNTIME_MONITORING"]
    assert {each["name"]: each["status"] for each in runtime["additionalConfigurations"]} == {
        "ECS_FARGATE_AGENT_MANAGEMENT": "ENABLED",
        "EC2_AGENT_MANAGEMENT": "DISABLED",
        "EKS_ADDON_MANAGEMENT": "DISABLED",
    }


@requirement("CP-DETECT-04")
@shared
def test_one_hub_without_standards_of_its_own_choice(platform: Recording, stack: str) -> None:
    assert one(platform, "securityhub.Account")["enableDefaultStandards"] is False


@requirement("CP-DETECT-05")
@shared
def test_the_foundational_practices(platform: Recording, stack: str) -> None:
    wanted = f"arn:aws:securityhub:{REGION}::standards/aws-foundational-security-best-practices/v/1.0.0"
    assert wanted in standards(platform)


@requirement("CP-DETECT-06")
@shared
def test_the_cis_benchmark(platform: Recording, stack: str) -> None:
    """Its version is the stack file's (N-31)."""
    arn = f"arn:aws:securityhub:{REGION}::standards/cis-aws-foundations-benchmark/v"
    assert f"{arn}/3.0.0" in standards(platform)
    other = with_detection(**{"security-hub": {"best-practices": False, "cis": "5.0.0"}})
    assert standards(other) == [f"{arn}/5.0.0"]


@requirement("CP-DETECT-07")
@shared
def test_the_hub_hears_of_all_findings(platform: Recording, stack: str) -> None:
    """AWS joins these as soon as they are there; a subscription of ours would collide with that."""
    for watcher in WATCHERS:
        assert one(platform, watcher)
    assert of(platform, "securityhub.ProductSubscription") == []


@requirement("CP-DETECT-09")
@shared
def test_images_are_scanned_when_they_are_pushed(platform: Recording, stack: str) -> None:
    enabler, scans = one(platform, "inspector2.Enabler"), one(platform, "ecr.RegistryScanningConfiguration")
    assert (enabler["resourceTypes"], enabler["accountIds"]) == (["ECR"], [ACCOUNT])
    assert scans["scanType"] == "ENHANCED"
    rule = only(scans["rules"])
    assert rule == {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    assert enabler.urn in scans.dependencies


@requirement("CP-DETECT-11")
@shared
def test_one_analyzer_of_the_account(platform: Recording, stack: str) -> None:
    assert one(platform, "accessanalyzer.Analyzer")["type"] == "ACCOUNT"


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        ("adopt", {"guardduty.DetectorFeature": 6, "securityhub.StandardsSubscription": 2,
                   "ecr.RegistryScanningConfiguration": 1}),
        ("skip", {}),
    ],
)  # fmt: skip
def test_what_the_account_has_already_is_not_made(mode: str, found: dict[str, int]) -> None:
    """Adopted: what hangs on it is made all the same. Skipped: nothing is."""
    tables: dict[str, dict[str, Any]] = {
        word: {"mode": mode} for word in ("guardduty", "security-hub", "inspector", "access-analyzer")
    }
    if mode == "adopt":
        tables["guardduty"] |= {"detector": "0" * 32, "features": ["runtime"]}
    stack = with_detection(**tables)
    every = ("guardduty.Detector", "guardduty.DetectorFeature", "securityhub.Account",
             "securityhub.StandardsSubscription", "inspector2.Enabler", "ecr.RegistryScanningConfiguration",
             "accessanalyzer.Analyzer")  # fmt: skip
    assert {name: len(of(stack, name)) for name in every if of(stack, name)} == found
    assert {each["detectorId"] for each in of(stack, "guardduty.DetectorFeature")} <= {"0" * 32}


def _breach(id_: str, proof: Any, mutation: Mutation) -> Breach:
    return Breach(id_, proof, mutation, "shared")


BREACHES = [
    _breach("CP-DETECT-01", test_one_detector, add("guardduty.Detector", enable=True)),
    _breach("CP-DETECT-02", test_one_detector,
            change("guardduty.Detector", findingPublishingFrequency="SIX_HOURS")),
    _breach("CP-DETECT-03", test_its_foundational_sources_stay_on, drop("guardduty.DetectorFeature", "rds")),
    _breach("CP-DETECT-04", test_one_hub_without_standards_of_its_own_choice,
            change("securityhub.Account", enableDefaultStandards=True)),
    _breach("CP-DETECT-05", test_the_foundational_practices,
            drop("securityhub.StandardsSubscription", "best-practices")),
    _breach("CP-DETECT-06", test_the_cis_benchmark, drop("securityhub.StandardsSubscription", "cis")),
    _breach("CP-DETECT-07", test_the_hub_hears_of_all_findings, drop("inspector2.Enabler")),
    _breach("CP-DETECT-09", test_images_are_scanned_when_they_are_pushed,
            change("ecr.RegistryScanningConfiguration", scanType="BASIC")),
    _breach("CP-DETECT-11", test_one_analyzer_of_the_account,
            change("accessanalyzer.Analyzer", type="ORGANIZATION")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
