"""`./cloudplatform costs`: what it says, with which status; and what usage.yaml may say."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from costs import cli
from costs.comment import budget, comment
from costs.estimate import CostLine, Estimate
from costs.free import free
from costs.kinds import COUNTED
from costs.policies import COST, POLICIES, told
from costs.prices import COMPILED, FOLDER, book
from costs.usage import USES, UsageLine, Use, assumed, usage_line
from guard.crossguard.configuration import rule_sets
from guard.model.rule import Profile
from guard.rules import RULES
from preview.pack import settings_in
from tests.stacks import ROOT

NAT = CostLine("NAT", "gateways", 2, 730, "nat_gateway.hour", "us-east-1")
UNKNOWN = CostLine("RDS", "db.m9.large", 1, 730, "rds.postgres.db.m9.large.single_az", "us-east-1")
LOGS = CostLine("CloudWatch", "GB of logs", 2, 1, "cloudwatch.logs.ingest", "us-east-1", counted=False)


def found(*lines: CostLine, allowed: float | None = None) -> Estimate:
    return Estimate("dev", lines, (), {}, allowed)


def answer(monkeypatch: pytest.MonkeyPatch, estimate: Estimate, arguments: Sequence[str]) -> int:
    monkeypatch.setattr(cli, "estimated", lambda *_: estimate)
    return cli.main(arguments)


def test_the_arithmetic_is_shown() -> None:
    text = comment(found(NAT, LOGS, UNKNOWN))
    assert text.startswith("About **66.70 USD a month** at list prices. Not in it, for no price is known: "
                           "`RDS: rds.postgres.db.m9.large.single_az`.")  # fmt: skip
    assert "| NAT | gateways | 2 | 730 | 0.045 | 65.70 |" in text
    assert "| CloudWatch | GB of logs (assumed) | 2 |  | 0.5 | 1.00 |" in text
    assert "| RDS | db.m9.large | 1 | 730 | no price known | no price known |" in text


def test_a_region_without_prices_is_said_once() -> None:
    """Not 0.00, and not each price that it lacks."""
    text = comment(found(replace(NAT, region="eu-central-1"), replace(UNKNOWN, region="eu-central-1"), allowed=50.0))
    assert text.startswith("The sum is not known. Not in it, for no price is known: `anything in eu-central-1: "
                           "costs/prices.csv has eu-west-1, us-east-1, us-west-2`.")  # fmt: skip


@pytest.mark.parametrize(
    ("allowed", "bar"),
    [
        (None, ""),
        (131.4, "Of the budget `██████████░░░░░░░░░░` 50% of 131.40."),
        (50.0, "Of the budget `████████████████████` 131% of 50.00, 15.70 over it."),
    ],
)
def test_a_budget_is_a_bar(allowed: float | None, bar: str) -> None:
    estimate = found(NAT, allowed=allowed)
    assert budget(estimate) == bar
    assert bar in comment(estimate)


@pytest.mark.parametrize(
    ("allowed", "arguments", "status"),
    [
        (50.0, ["dev", "--fail-over-budget"], 1),
        (50.0, ["dev"], 0),
        (65.7, ["dev", "--fail-over-budget"], 0),
        (None, ["dev", "--fail-over-budget"], 0),
    ],
)
def test_a_broken_budget_fails_where_that_is_asked(
    monkeypatch: pytest.MonkeyPatch, allowed: float | None, arguments: list[str], status: int
) -> None:
    assert answer(monkeypatch, found(NAT, allowed=allowed), arguments) == status


def test_the_policy_pack_is_told_in_a_file_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the file that goes in says stays; `guard check` and the CLI take what comes out."""
    given, written = tmp_path / "policies.json", tmp_path / "told.json"
    given.write_text('{"all": "advisory", "budget-advice": "mandatory", "tagging-graph": {"requiredTags": ["Owner"]}}')
    arguments = ["dev", "--write-policy-pack-config", str(written), "--policy-pack-config", str(given)]
    assert answer(monkeypatch, found(NAT, LOGS, UNKNOWN), arguments) == 0
    settings = json.loads(written.read_text())
    assert settings == {
        "all": "advisory",
        "budget": {"monthlyCost": 66.7},
        "budget-advice": {"monthlyCost": 66.7, "enforcementLevel": "mandatory"},
        "tagging-graph": {"requiredTags": ["Owner"]},
    }
    assert settings_in(written) == settings
    assert capsys.readouterr().out.startswith("About **66.70 USD a month**")  # the very sum that is shown


def test_who_says_what_a_stack_costs_is_believed() -> None:
    assert told(found(NAT), {"budget": {"monthlyCost": 70, "rules": ["over-budget"]}}) == {
        "budget": {"monthlyCost": 70, "rules": ["over-budget"]},
        "budget-advice": {"monthlyCost": 65.7},
    }


def test_the_policies_that_are_told_are_those_of_the_pack() -> None:
    """In every profile; it takes the figure, and no other policy has a parameter of that name."""
    for profile in Profile:
        asked = [each for each in rule_sets(RULES.values(), profile) if COST in each.parameters]
        assert [each.name for each in asked] == list(POLICIES)
        assert [each.configured({COST: 66.7}).problems for each in asked] == [(), ()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dev", "prod", "--write-policy-pack-config", "told.json"], "it goes with one stack"),
        (["dev", "--policy-pack-config", "policies.json"], "name one"),
    ],
)
def test_a_file_for_the_pack_is_one_stacks(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        answer(monkeypatch, found(NAT), arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_configuration_with_a_mistake_is_status_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policies.json").write_text('{"budgett": "advisory"}')
    files = ["--write-policy-pack-config", str(tmp_path / "told.json"), "--policy-pack-config"]
    assert answer(monkeypatch, found(NAT), ["dev", *files, str(tmp_path / "policies.json")]) == 2
    assert "there is no policy budgett; did you mean budget?" in capsys.readouterr().err
    assert not (tmp_path / "told.json").exists()


def test_a_stack_without_a_line_is_told_the_line(tmp_path: Path) -> None:
    """With the figures of the stack that has most of what is missing; else 0, which is a figure to be put in."""
    nat, lcu = (next(use for use in USES if use.word == word) for word in ("nat", "lcu"))
    (tmp_path / "usage.yaml").write_text("# Use.\nprod: {s3: 5}\ndev: {nat: 1000000, out: x}\nqa2: {nat: 2}\n")
    found = usage_line(tmp_path, "qa", [nat, lcu])
    assert found == UsageLine("qa", None, "qa: {nat: 1000000, lcu: 0}", "dev")
    assert usage_line(tmp_path, "prod", [lcu]) == UsageLine("prod", 2, "lcu: 0", "")
    assert usage_line(tmp_path, "dev") == UsageLine("dev", 3)
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "usage.yaml").write_text("none:\nqa:\n  nat: 2.5\n")
    assert usage_line(tmp_path / "block", "none", [nat]) == UsageLine("none", 1, "none: {nat: 2.5}", "qa")
    assert usage_line(tmp_path / "block", "qa", [lcu]) == UsageLine("qa", 2, "qa: {nat: 2.5, lcu: 0}", "")
    assert usage_line(tmp_path / "none", "qa", [nat]) == UsageLine("qa", None, "qa: {nat: 0}", "")
    text = comment(replace(found_without_use(nat, lcu), usage=found))
    assert (
        "usage.yaml has no line for qa, so the sum holds nothing of what only its use decides. "
        "Write into usage.yaml, beside Pulumi.yaml: `qa: {nat: 1000000, lcu: 0}` (dev's figures of a month"
    ) in text


def found_without_use(*uses: Use) -> Estimate:
    return Estimate("qa", (NAT,), uses, {}, None)


def test_what_the_sum_does_not_show_is_said() -> None:
    """Scaling may make more of it; nothing can break a budget that is not there."""
    text = comment(replace(found(NAT), growth=34.3))
    assert "At most 100.00 with all that scaling, growing and the rotation of keys may add." in text
    assert "The stack has no budget (`cloudplatform:budget`)." in text
    assert "At most" not in comment(found(NAT, allowed=70.0))
    assert "no budget" not in comment(found(NAT, allowed=70.0))


def test_several_stacks_have_headings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(monkeypatch, found(NAT), ["dev", "prod", "--project", "blueprints/x"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("#")] == ["### dev", "### prod"]


def test_a_stack_is_named_with_its_folder_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """`./cloudplatform list` names them so."""
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(cli, "estimated", lambda *given: asked.append(given) or found(NAT))
    assert cli.main(["blueprints/club-app/dev", "--against", "main"]) == 0
    folder = Path("blueprints/club-app")
    assert asked == [("dev", folder), ("dev", folder, "main")]


def test_a_change_is_compared(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With what the program of a revision costs; what had no price has no difference."""
    sides = {"": found(LOGS, UNKNOWN), "main": found(NAT, UNKNOWN)}
    monkeypatch.setattr(cli, "estimated", lambda _stack, _folder, revision="": sides[revision])
    assert cli.main(["dev", "--against", "main"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("About **1.00 USD a month** at list prices, -64.70 against main.")
    assert "| row | USD a month | against main |" in text
    assert "| NAT | 0.00 | -65.70 |" in text
    assert "| RDS | no price known | not known |" in text


def test_the_difference_is_of_the_sums_that_are_shown() -> None:
    """Also of what stands in a row beside something without a price."""
    store = CostLine("RDS", "GB", 100, 1, "rds.storage.gp3.single_az", "us-east-1")
    assert comment(found(UNKNOWN), found(UNKNOWN, store), "main").startswith(
        "The sum is not known. Not in it, for no price is known"
    )
    less, more = found(NAT, UNKNOWN), found(NAT, UNKNOWN, store)
    assert (more.total, less.total) == (77.2, 65.7)
    assert comment(less, more, "main").startswith("About **65.70 USD a month** at list prices, -11.50 against main.")
    assert "at list prices, not known against main." in comment(found(NAT, store), less, "main")


def test_a_stack_that_is_not_there_is_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["dev", "--project", str(tmp_path)]) == 2
    assert "Pulumi.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dev: {natt: 1}", "usage.yaml:1:7: dev: 'natt' is nothing that use decides; did you mean nat?"),
        (
            "dev: {xyz: 1}",
            "usage.yaml:1:7: dev: 'xyz' is nothing that use decides; there are archived logs, arm seconds, ",
        ),
        ("dev: {nat: many}", "usage.yaml:1:12: dev: nat: 'many' is no quantity of a month"),
        ("dev:\n  nat: -1", "usage.yaml:2:8: dev: nat: '-1' is no quantity"),
        ("dev: {nat: true}", "dev: nat: 'true' is no quantity"),
        ("dev: {nat: .nan}", "dev: nat: '.nan' is no quantity"),
        ("dev: {nat: .inf}", "dev: nat: '.inf' is no quantity"),
        ("dev: {nat: [1]}", "dev: nat: a list or a table is no quantity"),
        ("dev: {nat: 1, nat: 2}", "usage.yaml:1:15: dev: nat stands here a second time"),
        ("dev: {nat: -1, natt: 2}", "usage.yaml:1:16: dev: 'natt' is nothing"),
        ("dev: {}\ndev: {nat: 2}", "usage.yaml:2:6: dev stands here a second time"),
        ("devv: {nat: 1}", "usage.yaml:1:1: there is no stack devv; did you mean dev?"),
        ("dev: [nat]", "usage.yaml:1:6: dev wants words with quantities of a month"),
        ("- dev", "usage.yaml:1:1: wants a line for each stack"),
        ("dev: {nat: 1", "usage.yaml:1:13 is no YAML: expected ',' or '}'"),
        ("dev:\n\tnat: 1", "usage.yaml:2:1 is no YAML: found character"),
    ],
)
def test_usage_is_checked(tmp_path: Path, text: str, said: str) -> None:
    assert assumed(tmp_path, "dev") == {}
    (tmp_path / "usage.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"usage\.yaml") as raised:
        assumed(tmp_path, "dev")
    assert said in str(raised.value)


def test_usage_of_another_stack_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "usage.yaml").write_text("dev: {natt: 1}\nprod: {nat: 1.5, lcu: 2}\nempty:\n")
    found = [assumed(tmp_path, stack) for stack in ("prod", "empty", "other")]
    assert found == [{"nat": 1.5, "lcu": 2}, {}, {}]


def test_the_price_book_says_where_each_price_is_from() -> None:
    """Region, date where there is one, confidence, and sources that are named."""
    sources = {line.split(",")[0] for line in (FOLDER / "sources.csv").read_text().splitlines()[1:]}
    assert COMPILED == "2026-11-21"
    assert {region for _, region in book()} == {"us-east-1", "us-west-2", "eu-west-1"}
    for price in book().values():
        assert price.sure in {"high", "medium", "low"}
        assert price.usd >= 0
        assert {*price.sources} <= sources != set()
        assert price.date or {*price.sources} <= {"MEM", "DER", "GLOB"}


def test_what_use_decides_has_a_price() -> None:
    """But for two of GuardDuty's, of which none is known: where they are on, that is said."""
    ids = {id_ for id_, _ in book()}
    assert {use.word for use in USES if use.price not in ids} == {"scanned volumes", "cluster events"}


def test_every_type_that_a_component_makes_is_billed_in_a_way_that_is_known() -> None:
    """Also one that no stack here has yet: by what is there, by use, or in no way."""
    made = {
        f"{module.rstrip('_')}.{name}"
        for file in (ROOT / "components").rglob("*.py")
        for module, name in re.findall(r"\baws\.(\w+)\.([A-Z]\w+)\(", file.read_text())
        if not name.endswith("Args")
    }
    assert len(made) > 100
    used = {use.kind for use in USES}
    assert {kind for kind in made if kind not in COUNTED and kind not in used and not free(kind)} == set()
