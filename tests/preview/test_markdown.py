"""The comment of a pull request: the most important first, taken by Markdown as it is meant, and short."""

import pytest

from differences.compare import differences
from differences.sides import of
from preview.document import document
from preview.markdown import MOST, comment, escaped
from preview.page import page
from preview.picture.boxes import mermaid
from preview.picture.network import network
from preview.render import plain
from preview.verdict import Exempted, Note, PackVerdict
from tests.preview import samples
from tests.stacks import recorded as stack_recording

URN = "urn:pulumi:dev::sample::sample:network:Network$aws:ec2/vpc:Vpc::net-vpc"


@pytest.fixture
def blocked(recorded) -> dict:
    verdict = PackVerdict(
        violations=(Note("open-door", URN, "net-vpc lets <all> in | out (`a<b`).", "Close it.", "high", "doors"),),
        advisories=(Note("draft", URN, "net-vpc is draughty.", "", "low", "draft"),),
        exemptions=(Exempted("plain", URN, "net-vpc is plain", "Because @all said so", "team", "2027-01-31", ""),),
    )
    return document(recorded(samples.network), verdict)


def test_the_table_of_all_stacks_comes_first_then_what_blocks(blocked):
    clean = {**blocked, "stack": "other", "verdict": "clean", "violations": []}
    lines = comment([blocked, clean]).splitlines()
    assert lines[2:4] == [
        "| `dev` | ✖ blocked by 1 violation | 6 | 0.00 without use |  | 1 |",
        "| `other` | ✔ may be deployed | 6 | 0.00 without use |  | 1 |",
    ]
    assert lines[5] == "### dev: ✖ blocked by 1 violation"
    assert lines[7:12] == [
        "**Blocks the deployment**",
        "",
        "- **open-door** high",
        "  - net-vpc lets &lt;all&gt; in \\| out (`a<b`).",
        "  - → Close it.",
    ]
    folded = [line for line in lines if line.startswith("<details>")]
    assert folded[:4] == [
        f"<details><summary>{title}</summary>"
        for title in ("Costs: 0.00 USD a month", "Advice: 1", "Figures", "Exempt: 1")
    ]


def test_nobody_is_mentioned_by_a_text(blocked):
    assert "- **plain**: net-vpc is plain. Because @\u200ball said so — team, until 2027-01-31" in comment([blocked])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n  b", "a; b"),
        ("<img> & `<x> | @y`", "&lt;img&gt; &amp; `<x> \\| @y`"),
        ("an `odd < one", "an 'odd &lt; one"),
    ],
)
def test_texts_are_taken_as_they_are(text, expected):
    assert escaped(text) == expected


@pytest.mark.parametrize("stacks", [1, 12])
def test_it_is_short_whatever_the_size(blocked, stacks):
    """What blocks is kept before advice; what is cut or left out is said to be, and folds are closed."""
    note = blocked["violations"][0]
    many = [{**note, "message": f"net-vpc is open at door {number}"} for number in range(3000)]
    found = {**blocked, "violations": many, "advisories": many, "warnings": ["w" * 200] * 3000}
    text = comment([{**found, "stack": f"stack-{number}"} for number in range(stacks)])
    assert len(text) <= MOST
    assert text.count("**Blocks the deployment**") == stacks
    cut, left = text.count("more; the JSON document has all."), text.count("Left out, for there is no room: ")
    assert (cut, left) == ((3, 0) if stacks == 1 else (32, 12))
    assert text.count("<details>") == text.count("</details>")
    assert text.count("| `stack-") == stacks


def test_differences_change_the_sum_and_what_is_lost_is_unfolded(blocked):
    """As `--against` puts them in."""
    store = {"component": "database", "kind": "rds.Instance", "name": "store", "action": "deleted"}
    lost = {**store, "changes": [], "folded": 0}
    differences = {
        "version": 1, "before": "main", "after": "dev", "first": [lost], "settings": [], "resources": [lost],
        "money": {"before": 10.0, "after": 2.5, "rows": [{"row": "RDS", "before": 7.5, "after": 0.0}],
                  "unassumed": [], "most": {"before": 0.0, "after": 0.0}},
        "exposure": [{"sign": "+", "row": "internet → store on 5432/tcp"}], "statements": [], "alarms": [], "folded": 0,
    }  # fmt: skip
    text = comment([{**blocked, "differences": differences}])
    assert "| 6 (-1) | 0.00 without use (-7.50) |" in text
    assert "**Open to the internet from now on**\n\n- `+ internet → store on 5432/tcp`\n" in text
    assert "**First: data would be lost or left behind**\n\n- `- rds.Instance store: deleted`\n" in text
    assert "<details><summary>Exposure, against main</summary>\n\n- `+ internet → store on 5432/tcp`\n" in text
    assert text.index("Exposure, against main") < text.index("Costs: 0.00 USD a month") < text.index("Advice: 1")


def test_what_cannot_be_compared_is_said_first(blocked):
    """Never folded, in a word of the table, in the terminal and in the page too."""
    found = {**blocked, "not_compared": "what differs from main is not known: <b>"}
    text = comment([found])
    assert "| 6 (not compared) |" in text
    assert "violation\n\n**Not compared**\n\n- what differs from main is not known: &lt;b&gt;\n" in text
    printed = plain([found], "summary")
    assert printed.index("Not compared") < printed.index("is not known: <b>") < printed.index("Blocks the deployment")
    assert "<h2>Not compared</h2><p>what differs from main is not known: &lt;b&gt;</p>" in page([found], [""])


def test_of_a_large_change_each_component_is_counted(blocked):
    """Properties go first, then resources; what is left out is counted."""
    change = {"path": "size", "before": 1, "after": 2, "effect": "updates"}
    row = {"kind": "s3.Bucket", "action": "updated", "changes": [change] * 40, "folded": 0}
    rows = [{**row, "component": f"c{each}", "name": f"b{each}-{n}"} for each in range(30) for n in range(5)]
    found = {
        "version": 1, "before": "main", "after": "dev", "first": [], "settings": [], "resources": rows, "folded": 0,
        "money": {"before": 0.0, "after": 0.0, "rows": [], "unassumed": [], "most": {"before": 0.0, "after": 0.0}},
        "exposure": [], "statements": [], "alarms": [],
    }  # fmt: skip
    text = comment([{**blocked, "differences": found}], 15_000)
    assert len(text) <= 15_000
    assert "| 6 (~150) |" in text
    assert "<summary>Resources: ~150, against main</summary>" in text
    assert "Money, against" not in text, "the table says that nothing changes"
    assert [text.count(f"- `c{each}: 5 updated`") for each in range(30)] == [1] * 30
    assert (text.count("~ s3.Bucket"), text.count("size: 1")) == (150, 0)
    assert f"… and {150 * 40} lines more; the JSON document has all." in text
    short = comment([{**blocked, "differences": found}], 5_000)
    assert (short.count(": 5 updated`"), short.count("~ s3.Bucket")) == (30, 0)


def test_a_picture_is_whole_or_left_out(blocked):
    """Half of a flowchart is none: its fence would stay open."""
    picture = "\n".join(["flowchart TB", *(f"  a{number} --> b{number}" for number in range(300))])
    text = comment([blocked], pictures=[picture])
    assert f"<details><summary>Picture of the network</summary>\n\n```mermaid\n{picture}\n```\n\n</details>" in text
    small = comment([blocked], 3000, [picture])
    assert len(small) <= 3000
    assert ("```" in small, "Left out, for there is no room: Picture of the network" in small) == (False, True)


def test_the_largest_system_fits_in_one_comment():
    """Five stacks as large as techcorp's production, each with as much that differs as if all of it were new."""
    found = stack_recording("techcorp/production", True)
    written = document(found, PackVerdict())
    empty = of({**written, "resources": [], "settings": {}, "exposure": {"entry_points": [], "matrix": []}}, "main")
    written["differences"] = differences(empty, of(written, "production"))
    text = comment([written] * 5, pictures=[mermaid(*network(found, written["exposure"]))] * 5)
    assert 30_000 < len(text) <= MOST < 65_536
    assert text.count("| `production`") == 5 == text.count("### ")
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```mermaid") * 2 == text.count("```")
