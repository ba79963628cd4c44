"""What all renderers say alike: equal findings are counted, budgets have a bar, and what is missing is named."""

import pytest

from preview import words
from preview.deciding import deciding
from preview.wire import Object


def note(resource: str, message: str, rule: str = "tags") -> Object:
    return {"rule": rule, "resource": resource, "urn": f"urn:{resource}", "message": message, "fix": "Tag it.",
            "severity": "low"}  # fmt: skip


def test_equal_findings_stand_in_one_line_with_a_count() -> None:
    """Three examples, then how many more and of what; one that says something else stands alone; `whole` lists all."""
    notes = [note(name, f"{name} has no owner (`tags`).") for name in "ABCDEF"]
    notes.append(note("G", "G has an empty owner."))
    [found] = words.grouped(notes)
    assert (found.rule, found.severity, found.fix, found.number) == ("tags", "low", "Tag it.", 7)
    assert found.lines == [
        "A has no owner (`tags`).",
        "B has no owner (`tags`).",
        "C has no owner (`tags`).",
        "the same of 3 more: D, E, F",
        "G has an empty owner.",
    ]
    assert words.grouped(notes, whole=True)[0].lines == [each["message"] for each in notes]
    assert words.grouped(notes[:4])[0].lines == [each["message"] for each in notes[:4]]


def costs(**changed: object) -> Object:
    return {"currency": "USD", "prices_of": "2026-11-21", "total": 150.0, "baseline": 120.0, "usage": 30.0,
            "budget": 600.0, "rows": [{"row": "RDS", "usd": 50.0}, {"row": "NAT", "usd": 100.0}], "unpriced": [],
            "unassumed": [], "charges": {"priced": 2, "free": 9}, "lines": [], "most": 150.0,
            "usage_line": {"stack": "qa", "line": 3, "write": "", "figures_of": ""}} | changed  # fmt: skip


def test_money_is_said_with_the_budget_and_the_dearest_row_first() -> None:
    assert list(words.money(costs())) == [
        ("A month", "150.00 USD at list prices of 2026-11-21: 120.00 for what is there, 30.00 for use as usage.yaml"
         " assumes it"),
        ("Of the budget", "█████░░░░░░░░░░░░░░░ 25% of 600.00"),
        ("By row", "NAT 100.00, RDS 50.00"),
        ("Resources", "9 free, 2 priced"),
    ]  # fmt: skip


def test_what_is_not_in_the_sum_is_named_and_nothing_is_said_of_what_aws_does_not_bill() -> None:
    found = dict(words.money(costs(unpriced=["RDS: rds.x"], unassumed=[{"word": "nat", "what": "GB through them"}])))
    assert found["No price known"] == "RDS: rds.x"
    assert found["No use assumed"] == "usage.yaml:3 says nothing of GB through them (`nat`) for qa, so the sum holds " \
        "nothing of it"  # fmt: skip
    many = costs(unassumed=[{"word": f"w{n}", "what": f"GB {n}"} for n in range(5)])
    assert "of GB 0 (`w0`), GB 1 (`w1`), GB 2 (`w2`) and 2 more for qa" in words.unassumed(many)
    assert "Of the budget" not in dict(words.money(costs(budget=None)))
    assert list(words.money(costs(charges={}))) == []


def test_a_stack_without_a_line_in_usage_yaml_is_told_what_to_write() -> None:
    """The quantities of a copied stack file are not copied with it: a sum without them would be compared with one."""
    line = {"stack": "qa", "line": None, "write": "qa: {nat: 5}", "figures_of": "dev"}
    found = dict(words.money(costs(unassumed=[{"word": "nat", "what": "GB through them"}], usage_line=line)))
    assert found["No use assumed"] == (
        "usage.yaml has no line for qa, so the sum holds nothing of what only its use decides"
    )
    assert found["A month"].endswith("120.00 for what is there, nothing for its use")
    assert found["What to write"] == (
        "into usage.yaml, beside Pulumi.yaml: `qa: {nat: 5}` "
        "(dev's figures of a month: put in your own; costs/usage.py says of what)"
    )
    some = costs(unassumed=[{"word": "lcu", "what": "LCU"}],
                 usage_line={"stack": "qa", "line": 2, "write": "lcu: 0", "figures_of": ""})  # fmt: skip
    whole = some | {"usage_line": some["usage_line"] | {"write": "qa: {lcu: 0}"}}
    assert words.to_write(whole).startswith("in place of what usage.yaml:2 says of qa: `qa: {lcu: 0}`")
    assert words.to_write(some).startswith("into usage.yaml:2: `lcu: 0` (each 0 stands for a figure of a month: ")


def test_what_a_sum_rests_on_is_said() -> None:
    """It is of what the stack starts with, and not every price is sure, or of this region."""
    line = {"price": "nat_gateway.hour", "region": "us-west-2", "quantity": 1, "sure": "medium",
            "taken_from": "us-east-1"}  # fmt: skip
    lines = [line, line | {"price": "sns.email", "sure": "low", "taken_from": ""}, line | {"price": "x", "quantity": 0}]
    found = dict(words.money(costs(lines=lines, most=187.0)))
    assert found["At most"] == "187.00 with all that scaling, growing and the rotation of keys may add"
    assert found["It rests on"] == (
        "Prices that are not sure: `sns.email`. "
        "Taken as equal to us-east-1's, as two tables say of us-west-2: 1 prices."
    )


def test_where_nothing_has_a_price_the_sum_is_not_zero() -> None:
    found = costs(total=0.0, unpriced=["anything in eu-central-1"])
    assert [label for label, _ in words.money(found)] == ["No price known", "Resources"]
    assert (words.total(found), words.amount(found), words.budget(found)) == (None, "no price known", "")
    assert (words.amount(costs()), words.budget(costs())) == ("150.00 USD a month", "25% of 600.00")


@pytest.mark.parametrize(
    ("total", "bar", "share"),
    [(0, "░" * 20, "0% of 100.00"), (150.0, "█" * 20, "150% of 100.00, 50.00 over it")],
)
def test_a_budget_that_is_broken_says_by_how_much(total: float, bar: str, share: str) -> None:
    assert (words.bar(total, 100), words.share(total, 100)) == (bar, share)


def test_what_decides_a_resource() -> None:
    """By its kind, also deep in a table; what it does not have is not shown, nor anything of another kind."""
    properties = {"protocol": "HTTP", "port": 80, "healthCheck": {"path": "/health"}, "name": "x", "targetType": "ip"}
    group = {"kind": "lb.TargetGroup", "properties": properties}
    assert deciding(group) == "protocol HTTP, port 80, targetType ip, path /health"
    function = {"kind": "lambda.Function", "properties": {"architectures": ["arm64"], "memorySize": 128}}
    assert deciding(function) == "memorySize 128, architectures arm64"
    assert deciding({"kind": "ec2.Vpc", "properties": {"cidrBlock": "10.0.0.0/16"}}) == "cidrBlock 10.0.0.0/16"
    assert deciding({**group, "kind": "random.RandomId"}) == ""
