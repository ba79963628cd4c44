"""What pipelines refuse, and what they advise; the line of each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.settings.changed import problems

Change = Callable[[dict[str, Any]], object]
ROW = {
    "source": {"repository": "acme/shop"},
    "builds": "web",
    "unit": ["make test"],
    "integration": ["make test-image"],
    "snyk": "ci/snyk",
    "artifacts": "artifacts",
}


def _pipeline(**words: Any) -> Change:
    """A pipeline of dev, with all that it needs but what the words say."""

    def change(config: dict[str, Any]) -> None:
        config["cloudplatform:pipelines"] = {"shop": {**ROW, **words}}
        config["cloudplatform:repositories"] = {"web": {}}
        config["cloudplatform:buckets"]["artifacts"] = {}
        config["cloudplatform:buckets"]["open"] = {"encryption": "s3"}
        config["cloudplatform:secrets"]["snyk"] = {"path": "ci/snyk", "value": "later"}

    return change


def _owner(owner: str, **words: Any) -> Change:
    def change(config: dict[str, Any]) -> None:
        _pipeline(**words)(config)
        config["cloudplatform:services"]["fastapi"]["deployment"] = {"owner": owner}

    return change


def _canary(config: dict[str, Any]) -> None:
    _pipeline()(config)
    config["cloudplatform:services"]["fastapi"]["deployment"] = {"owner": "pipeline", "kind": "canary"}


CASES = [
    (_pipeline(builds="wep"), "pipelines.shop.builds: there is no 'wep'; did you mean web?"),
    (_pipeline(artifacts="artefacts"), "pipelines.shop.artifacts: there is no 'artefacts'; did you mean artifacts?"),
    (_pipeline(snyk="ci/snik"), "pipelines.shop.snyk: there is no 'ci/snik'; did you mean ci/snyk?"),
    (_pipeline(artifacts="open"),
     "pipelines.shop.artifacts: what stages hand on is encrypted with the stack's key; remove its encryption: s3"),
    (_pipeline(deploys=["fastapy"]), "pipelines.shop.deploys[0]: there is no service 'fastapy'; did you mean fastapi?"),
    (_pipeline(unit=[]), "pipelines.shop.unit: is empty; use at least 1 entry"),
    (_owner("program", deploys=["fastapi"]),
     "pipelines.shop.deploys[0]: `pulumi up` deploys it, and the two would undo each other; use owner: pipeline"),
    (_owner("program"), "pipelines.shop.deploys: it deploys nothing; give a service owner: pipeline"),
    (_canary, "pipelines.shop: it does not wait for canaries to end, so nobody hears of one that ECS takes back; add "
     "failed-deployments: true to cloudplatform:cluster"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change: Change, wanted: str) -> None:
    assert wanted in problems(tmp_path, "dev", change)
