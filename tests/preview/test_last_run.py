"""What `--watch` says below a preview: what changed since the run before."""

from pathlib import Path

from preview import last_run
from preview.document import document
from preview.last_run import since
from preview.verdict import Note, PackVerdict
from tests.preview import samples

URN = "urn:pulumi:dev::sample::sample:network:Network$aws:ec2/vpc:Vpc::net-vpc"
OPEN = Note("open-door", URN, "net-vpc is open", "Close it.", "high", "doors")
PLAIN = Note("plain", URN, "net-vpc is plain", "", "low", "plain")


def test_verdict_findings_money_and_resources_are_compared(recorded, tmp_path: Path) -> None:
    """The first run has nothing before it; an equal one says so; where a finding stands in the file does not count."""
    recording = recorded(samples.network)
    before = document(recording, PackVerdict(violations=(OPEN,)), {OPEN: "Pulumi.dev.yaml:7:3 network.open"})
    moved = document(recording, PackVerdict(violations=(OPEN,)), {OPEN: "Pulumi.dev.yaml:8:3 network.open"})
    assert since([before], tmp_path) == ""
    assert since([moved], tmp_path) == "Since the last run of dev nothing changed.\n"
    after = document(recording, PackVerdict(advisories=(PLAIN,)))
    after["costs"]["rows"].append({**dict.fromkeys(("from", "to"), ""), "row": "NAT", "usd": 12.5})
    after["costs"] |= {"total": 12.5, "most": 12.5}
    [vpc] = [each for each in after["resources"] if each["urn"] == URN]
    vpc["properties"] = {**vpc["properties"], "cidrBlock": "10.9.0.0/16"}
    told = """\
Since the last run of dev:
  ✖ blocked by 1 violation → ✔ may be deployed
  Findings
    - ✖ open-door: net-vpc is open
    + ⚠ plain: net-vpc is plain
  Money
    0.00 → 12.50 USD a month at list prices: +12.50
      NAT: +12.50
  Resources
    net: 1 replaced
      ± ec2.Vpc net-vpc, replaced by cidrBlock
          cidrBlock: 10.0.0.0/16 → 10.9.0.0/16 (replaces)
"""
    assert since([after], tmp_path).splitlines() == told.splitlines()


def test_each_stack_has_its_own_and_a_long_one_ends(recorded, tmp_path: Path, monkeypatch) -> None:
    """Two stacks of one command are held against themselves; what does not fit is counted."""
    found = document(recorded(samples.network), PackVerdict())
    other = {**found, "stack": "prod"}
    assert since([found, other], tmp_path) == ""
    monkeypatch.setattr(last_run, "MOST", 2)
    notes = document(recorded(samples.network), PackVerdict(advisories=(OPEN, PLAIN)))
    assert since([found, {**notes, "stack": "prod"}], tmp_path) == (
        "Since the last run of dev nothing changed.\nSince the last run of prod:\n"
        "  Findings\n    + ⚠ open-door: net-vpc is open\n  … and 1 more line\n"
    )
