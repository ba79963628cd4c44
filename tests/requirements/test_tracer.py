"""The tracer counts what passes, and nothing else."""

import json
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from tests.requirements import __main__ as command
from tests.requirements.ledger import DEPLOYED, ENVIRONMENTS, ledger
from tests.requirements.tracer import FILE, MARKER, ClaimError, claims, document, table

pytest_plugins = ["pytester"]

CONFTEST = "from tests.conftest import pytest_configure"
SAMPLE = """
    import pytest
    requirement = pytest.mark.requirement
    three = pytest.mark.parametrize("stack", ["dev", "staging", "prod"])

    @requirement("CP-NET-01", "CP-NET-02")
    @three
    def test_passes(stack): pass

    @requirement("CP-NET-03")
    @three
    def test_fails_in_prod(stack): assert stack != "prod"

    @requirement("CP-NET-04", stacks=["dev"])
    def test_is_skipped(): pytest.skip("not today")

    @requirement("CP-NET-05", stacks=["dev"])
    @pytest.mark.xfail
    def test_fails_as_expected(): assert False

    @requirement("CP-NET-06", stacks=["dev"])
    @pytest.mark.xfail
    def test_passes_unexpectedly(): pass

    @pytest.fixture
    def breaks_before(): raise ValueError

    @pytest.fixture
    def breaks_after():
        yield
        raise ValueError

    @requirement("CP-NET-07", stacks=["dev"])
    def test_never_starts(breaks_before): pass

    @requirement("CP-NET-08", stacks=["dev"])
    def test_does_not_end_well(breaks_after): pass

    @requirement("CP-NET-01", stacks=["staging"])
    def test_contradicts_another(): assert False

    @requirement("CP-NET-16")
    def test_of_no_stack(): pass

    @requirement("CP-DNS-05")
    @three
    def test_proves_it_where_the_decision_says(stack): pass

    class TestInAClass:
        @requirement("CP-NET-09", stacks=["prod"])
        def test_passes(self): pass

    @requirement("CP-NET-17", kind="unit")
    def test_says_its_kind(): pass

    def test_names_nothing(): pass
"""
APPLICATION = """
    import pytest

    @pytest.mark.requirement("CP-NET-01", stacks=["prod"])
    def test_of_the_application(): pass
"""
RECORDED, DOCUMENT, UNIT = ["recorded"], ["document"], ["unit"]
PROVEN = {
    "CP-DNS-05": {"dev": RECORDED, "prod": RECORDED, "staging": RECORDED},
    "CP-NET-01": {"dev": RECORDED, "prod": ["recorded", "unit"]},
    "CP-NET-02": {"dev": RECORDED, "prod": RECORDED, "staging": RECORDED},
    "CP-NET-03": {"dev": RECORDED, "staging": RECORDED},
    "CP-NET-09": {"prod": DOCUMENT},
    "CP-NET-16": {"all": DOCUMENT},
    "CP-NET-17": {"all": UNIT},
}

KINDS = "kinds of proof: recorded 4, emulated 0, unit 2, document 2, deployed 0"

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """A run of the sample, or of another module, under the tracer."""

    def started(*args: str, sample: str = SAMPLE) -> pytest.RunResult:
        pytester.makeconftest(CONFTEST)
        tests = pytester.mkdir("tests")
        pytester.makepyfile(test_sample=sample)
        (pytester.path / "test_sample.py").rename(tests / "test_sample.py")
        application = pytester.mkdir("app") / "tests"
        application.mkdir()
        (application / "test_application.py").write_text(textwrap.dedent(APPLICATION))
        return pytester.runpytest("-p", "no:cacheprovider", *args)

    return started


def _written(pytester: pytest.Pytester) -> dict[str, Any]:
    return json.loads((pytester.path / FILE).read_text())


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_only_what_passes_is_proven(run: Run, pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    result = run("tests", "app", *options)
    assert _written(pytester) == {"version": 2, "scope": "tests app", "proven": PROVEN}
    result.stdout.fnmatch_lines(
        [
            "area *dev *staging *prod*",
            "NET *3/18 *2/18 *3/18*",
            KINDS,
            "written to build/requirements.json",
        ]
    )


@pytest.mark.parametrize(
    "options",
    [
        ("tests/test_sample.py", "app"),
        ("tests",),
        ("app",),
        ("-k", "passes"),
        ("--collect-only",),
        ("tests", "app", "-x"),
    ],
)
def test_a_part_of_the_tests_writes_nothing(run: Run, pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    run(*options)
    assert not (pytester.path / FILE).exists()


WRONG = {
    'requirement("CP-NET-99", stacks=["dev"])': "CP-NET-99 is in no ledger",
    'requirement("CP-NET-01", stacks=["shared"])': "CP-NET-01 holds for dev, staging, prod, not for shared",
    'requirement("CP-DNS-05", stacks=["shared"])': "CP-DNS-05 holds for dev, staging, prod, not for shared",
    'requirement("CP-NET-01")': "CP-NET-01 holds for dev, staging, prod, and the test names no stack",
    "requirement()": "a requirement marker takes ids",
    'requirement("CP-NET-01", stack="dev")': "a requirement marker takes ids",
    'requirement("CP-NET-16", kind="guessed")': "a requirement marker takes ids",
}


@pytest.mark.parametrize("mark", WRONG)
def test_a_wrong_claim_is_an_error_at_collection(run: Run, mark: str) -> None:
    result = run("tests", sample=f"import pytest\n@pytest.mark.{mark}\ndef test_it(): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*test_it: {WRONG[mark]}*"])


def test_a_stack_that_the_ledger_does_not_name_is_an_error() -> None:
    mark = pytest.Mark(MARKER, ("CP-SEC-09",), {}, _ispytest=True)
    assert claims([mark], "staging") == [("CP-SEC-09", "staging")]
    with pytest.raises(ClaimError, match="CP-SEC-09 holds for dev, staging, not for prod"):
        claims([mark], "prod")


def test_the_table_says_what_is_lacking_and_why() -> None:
    every = {(each.id, stack): RECORDED for each in ledger().values() for stack in each.stacks}
    assert "lacking" not in table(document(every, "tests"))
    other = next(pair for pair in every if pair[0].startswith("TC-"))  # of a system that is not built yet
    lost = {("CP-NET-20", "dev"), ("CP-NET-01", "prod"), other}
    proven = {pair: kinds for pair, kinds in every.items() if pair not in lost}
    lines = table(document(proven, "tests")).split("\n")
    assert [line for line in lines if line.startswith("lacking")] == [
        "lacking, NOT PROVEN, and nothing says why: NET-01 prod",
        f"lacking, {DEPLOYED}: NET-20 dev",
    ]
    [net] = [line.split() for line in lines if line.startswith("NET")]
    assert net == ["NET", "17/18", "18/18", "17/18", "2/2", ".", "."]


def test_the_command_prints_the_last_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "build").mkdir()
    proven = {("CP-NET-01", stack): RECORDED for stack in ENVIRONMENTS}
    (tmp_path / FILE).write_text(json.dumps(document(proven, "tests")))
    monkeypatch.setattr(command, "ROOT", tmp_path)
    assert command.main() == 0
    output = capsys.readouterr().out
    assert output.startswith("From build/requirements.json, as the last run of `pytest tests` left it.\n")
    assert "NET         1/18" in output
