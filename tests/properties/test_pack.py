"""The pack judges whatever stack a mutated file gives: no rule of it ever fails."""

from datetime import date

from hypothesis import given

from preview.pack import ask
from preview.stack import PreviewError
from tests.properties.effort import examples
from tests.properties.test_stack_files import mutated
from tests.stack_files import written
from tests.stacks import record_file


@given(mutated())
@examples(3)
def test_the_pack_judges_any_stack(tmp_path_factory, case):
    """At the first preview; a rule that raised would say `rule … failed`."""
    stack, changed = case
    try:
        recording = record_file(written(tmp_path_factory.mktemp("stack"), stack, changed), stack, known=False)
    except PreviewError:
        return
    verdict = ask(recording, date(2026, 3, 1))
    messages = [each.message for each in (*verdict.violations, *verdict.advisories, *verdict.undecided)]
    assert [message for message in messages if " failed: " in message] == []
