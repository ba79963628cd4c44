"""What a person sees, on any terminal and on none."""

import io
import re

import pytest
import yaml
from rich.console import Console

from preview import render
from preview.document import document
from preview.verdict import Exempted, Note, PackVerdict
from tests.preview import samples

ESCAPE = "\x1b"


@pytest.fixture
def drawn(recorded) -> dict:
    urn = "urn:pulumi:dev::sample::sample:network:Network$aws:ec2/vpc:Vpc::net-vpc"
    verdict = PackVerdict(
        violations=(
            Note("open-door", urn, "net-vpc is open (`cidrBlock`).", "Close it.", "high", "doors"),
            Note("open-door", urn, "net-vpc is open again.", "Close it.", "high", "doors"),
        ),
        advisories=(Note("foreign", urn, "think again", "", "", "foreign"),),
        exemptions=(
            Exempted("plain", urn, "net-vpc is plain", "Because we said so", "team", "2027-01-31", ""),
            Exempted("bare", urn, "net-vpc is bare", "It was decided", "others", "", "docs/decisions/ADR-001-bare.md"),
        ),
        undecided=(Note("riddle", "", "x" * 500, "", "", "undecided"),),
    )
    return document(recorded(samples.network), verdict)


def seen(drawn: dict, width: int = 100, detail: render.Detail = "summary") -> str:
    file = io.StringIO()
    render.terminal([drawn], Console(file=file, width=width, color_system=None), detail)
    return file.getvalue()


def test_the_verdict_comes_first_then_what_blocks_and_the_tree_last(drawn):
    text = seen(drawn)
    titles = ["Blocks the deployment", "Costs", "Figures", "Advice", "Exempt", "Undecided", "Components"]
    places = [text.index(f"\n{title}") for title in titles]
    assert text.startswith("sample dev  ✖ blocked by 2 violations\n6 resources in 2 components")
    assert places == sorted(places)


def test_a_clean_stack_says_so_and_shows_no_empty_section(drawn):
    clean = {**drawn, "verdict": "clean", "violations": [], "advisories": [], "exemptions": [], "undecided": []}
    text = seen(clean)
    assert text.startswith("sample dev  ✔ may be deployed\n")
    assert not re.search("Blocks|Advice|Exempt|Undecided", text)


def test_findings_of_one_rule_share_their_remedy(drawn):
    text = seen(drawn)
    assert text.count("open-door  high  ×2 ") == 1
    assert text.count("→ Close it.") == 1
    assert "• net-vpc is open (`cidrBlock`)." in text


def test_a_finding_that_names_no_resource_gets_its_name(drawn):
    assert "• net-vpc: think again" in seen(drawn)


def test_exemptions_show_reason_owner_and_end(drawn):
    text = seen(drawn)
    assert "Because we said so — team, until 2027-01-31" in text
    assert "It was decided — others, decided in docs/decisions/ADR-001-bare.md" in text


def test_undecided_notes_are_short(drawn):
    assert "x" * 500 in drawn["undecided"][0]["message"]
    assert seen(drawn, width=300).count("x") < 250


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("detail", ["summary", "full"])
def test_no_line_is_wider_than_the_terminal(drawn, width, detail):
    assert max(map(len, seen(drawn, width, detail).splitlines())) <= width


@pytest.mark.parametrize("width", [60, 80, 100])
def test_what_is_to_be_written_is_yaml_where_lines_break(drawn, width):
    """Words of use hold spaces: a key in two lines is none."""
    line = "qa: {" + ", ".join(f"between zones {n}: {n}" for n in range(20)) + "}"
    drawn["costs"] |= {
        "unassumed": [{"word": "nat", "what": "GB"}],
        "usage_line": {"stack": "qa", "line": None, "write": line, "figures_of": ""},
    }
    found = re.search(r"`(qa: [^`]*)`", seen(drawn, width))
    assert found
    assert "\n" in found[1]
    assert yaml.safe_load(found[1]) == yaml.safe_load(line)


def test_the_tree_counts_by_kind_or_names_every_resource(drawn):
    summary, full = seen(drawn), seen(drawn, detail="full")
    assert re.search(r"── net-public  InternetGateway, Route, RouteTable, RouteTableAssociation, Subnet", summary)
    assert "net-public-out" not in summary
    for resource in drawn["resources"]:
        assert resource["name"] in full


def test_the_tree_marks_what_findings_are_about(drawn):
    """Of a component and of a resource: the rules, after the mark of what blocks and of what is advice."""
    summary, full = seen(drawn, width=140), seen(drawn, width=140, detail="full")
    assert re.search(r"── net  Vpc  ✖ open-door  ⚠ foreign *\n", summary)
    assert re.search(r"── net-vpc  ec2\.Vpc  cidrBlock 10\.0\.0\.0/16  ✖ open-door  ⚠ foreign *\n", full)
    assert (summary.count("✖ open-door"), full.count("✖ open-door")) == (1, 1)


def test_the_full_tree_shows_what_decides_a_resource(recorded):
    drawn = document(recorded(samples.unencrypted), PackVerdict())
    assert re.search(
        r"── store  rds\.Instance  instanceClass db\.t3\.micro, engine postgres", seen(drawn, detail="full")
    )
    assert "instanceClass" not in seen(drawn)


def test_the_tree_marks_what_is_protected(drawn):
    drawn["resources"] = [{**resource, "protect": resource["name"] == "net-vpc"} for resource in drawn["resources"]]
    assert re.search("net-vpc .*protected", seen(drawn, detail="full"))
    assert seen(drawn, detail="full").count("protected") == 1


def test_several_of_a_kind_are_counted(drawn):
    twice = [
        {**resource, "urn": f"{resource['urn']}2"} for resource in drawn["resources"] if "subnet:" in resource["type"]
    ]
    drawn["resources"] += twice
    assert "Subnet×2, InternetGateway" in seen(drawn)


def test_plain_text_has_neither_escapes_nor_padding(drawn):
    text = render.plain([drawn], "summary")
    assert ESCAPE not in text
    assert not re.search(r"[ \t]+$", text, re.M)


def test_plain_text_is_always_the_same(drawn):
    assert render.plain([drawn], "full") == render.plain([drawn], "full")


def test_a_picture_is_one_coloured_screen_that_asks_no_other_site_and_always_the_same(drawn):
    picture = render.picture(drawn, "python -m preview dev")
    assert picture.startswith("<svg")
    assert "open-door" in picture
    assert "python&#160;-m&#160;preview&#160;dev" in picture
    assert len(set(re.findall(r"fill: (#[0-9a-f]{6})", picture))) > 3
    assert re.findall(r"@font-face|url\(h", picture) == []
    assert picture == render.picture(drawn, "python -m preview dev")
    long = render.picture({**drawn, "warnings": ["w"] * 500}, "python -m preview dev")
    assert float(re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', long)[0]) == 1123.6


def test_rules_that_wait_for_the_same_stand_together(drawn):
    notes = [{**drawn["undecided"][0], "rule": rule, "message": "undecided, decided later: a: `b` is unknown"}
             for rule in ("one", "two")]  # fmt: skip
    text = render.plain([{**drawn, "undecided": notes}], "summary")
    assert "one, two  decided later: a: `b` is unknown" in text


def test_alarms_and_budgets_are_shown_where_there_are_any(recorded, drawn):
    watched = seen(document(recorded(samples.watched), PackVerdict()))
    assert re.search(r"Alarms +2, and 1 composite +\n", watched)
    assert re.search(r"Budgets +600 USD monthly +\n", watched)
    assert not re.search("Alarms|Budgets", seen(drawn))
