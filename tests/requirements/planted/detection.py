"""Breaches of CP-DETECT."""

from typing import Any

from tests.requirements import test_detection as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, drop, plant


def _planted(id_: str, proof: Any, mutation: Mutation) -> Breach:
    return Breach(id_, proof, mutation, "shared")


BREACHES = [
    _planted("CP-DETECT-01", AREA.test_one_detector, plant("guardduty.Detector", enable=True)),
    _planted("CP-DETECT-02", AREA.test_one_detector,
             change("guardduty.Detector", findingPublishingFrequency="SIX_HOURS")),
    _planted("CP-DETECT-03", AREA.test_its_foundational_sources_stay_on, drop("guardduty.DetectorFeature", "rds")),
    _planted("CP-DETECT-04", AREA.test_one_hub_without_standards_of_its_own_choice,
             change("securityhub.Account", enableDefaultStandards=True)),
    _planted("CP-DETECT-05", AREA.test_the_foundational_practices,
             drop("securityhub.StandardsSubscription", "best-practices")),
    _planted("CP-DETECT-06", AREA.test_the_cis_benchmark, drop("securityhub.StandardsSubscription", "cis")),
    _planted("CP-DETECT-07", AREA.test_the_hub_hears_of_all_findings, drop("inspector2.Enabler")),
    _planted("CP-DETECT-09", AREA.test_images_are_scanned_when_they_are_pushed,
             change("ecr.RegistryScanningConfiguration", scanType="BASIC")),
    _planted("CP-DETECT-11", AREA.test_one_analyzer_of_the_account,
             change("accessanalyzer.Analyzer", type="ORGANIZATION")),
]  # fmt: skip
