"""The policy pack's README shows a proof: it is what the pack says of the rule's own example."""

from datetime import date
from pathlib import Path

from policy.examples import internet_to_data_path as example
from preview.pack import ask
from preview.recorder import record

ROOT = Path(__file__).parents[2]


def test_the_proof_in_the_readme_is_the_packs():
    recording = record(example.fails, project="shown", stack="test", config={"aws:region": "eu-west-1"}, known=False)
    [finding] = [one for one in ask(recording, date(2026, 3, 1)).violations if one.rule == "internet-to-data-path"]
    proof, _, where = finding.message.rpartition(" (`")
    assert where == "vpcSecurityGroupIds`)."
    assert proof in (ROOT / "policy/README.md").read_text()
