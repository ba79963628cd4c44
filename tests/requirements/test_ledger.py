"""The copied ids are the ledgers', and what is read differently is decided somewhere."""

import pytest
import yaml

from tests.requirements.ledger import AREAS, DEVIATIONS, FILE, LOADER, SYSTEM, WAITING, ledger, waiting
from tests.stacks import ROOT

LEDGERS = ROOT.parent / "shared/requirements"


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="../shared is not here")
def test_the_copy_is_fresh() -> None:
    wanted = {
        found["system"]: {
            row["id"]: {"area": row["id"].split("-")[1], "stacks": row["stacks"], "weight": row["weight"]}
            for row in found["requirements"]
        }
        for found in (yaml.load(file.read_text(), LOADER) for file in sorted(LEDGERS.glob("*.yaml")))
    }
    assert yaml.load(FILE.read_text(), LOADER) == wanted


def test_the_copy_is_whole() -> None:
    """Where ../shared is missing, at least the numbers of requirements hold."""
    counts: dict[str, int] = {}
    for each in ledger().values():
        counts[each.system] = counts.get(each.system, 0) + 1
        assert each.weight in ("must", "should")
        assert each.stacks
    assert counts == {"afric-analyzer": 237, SYSTEM: 388, "club-app": 250, "techcorp": 185, "web-platform": 119}


@pytest.mark.parametrize("id_", DEVIATIONS)
def test_every_deviation_is_decided(id_: str) -> None:
    _, decision = DEVIATIONS[id_]
    assert id_.removeprefix("CP-DNS") in (ROOT / decision).read_text()


def test_what_waits_belongs_to_the_built_areas() -> None:
    """And stands under one reason only."""
    assert {ledger()[id_].area for id_, _ in waiting()} <= set(AREAS)
    words = " ".join(WAITING.values()).split()
    assert len(words) == len(set(words))
    assert len(waiting()) > len(words)
