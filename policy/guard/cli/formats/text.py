"""The report for people: the verdict first, then what blocks and how to fix it, then the rest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from guard.cli.report import Checked, CheckReport, sentence
from guard.crossguard.verdict import Judgement, JudgementKind

WIDTH: Final = 120


def write(report: CheckReport) -> str:
    """Return the report as text without any escapes."""
    return "\n".join("".join(f"{line}\n" for line in _stack(stack, report)) for stack in report.stacks)


def _stack(stack: Checked, report: CheckReport) -> Iterator[str]:
    verdict = stack.verdict
    yield f"{stack.title}  {_verdict(stack)}"
    passed = len(verdict.of(JudgementKind.PASSED))
    yield (
        f"{_count(stack.state.count, 'resource')} in {stack.state.source}, profile {stack.profile}; "
        f"{_count(len(verdict.judgements), 'check')}, {passed} passed"
    )
    yield from _section("The configuration blocks", [line for text in verdict.problems for line in _item("•", text)])
    yield from _section("Blocks the deployment", _grouped(verdict.of(JudgementKind.VIOLATION), stack, report))
    yield from _section("Advice", _grouped(verdict.of(JudgementKind.ADVICE), stack, report))
    yield from _section("Cut off", [line for one in stack.state.pending for line in _item("•", str(one))])
    yield from _section("Exempt", _exempted(verdict.of(JudgementKind.EXEMPTED)))
    yield from _section("Undecided", _undecided(verdict.of(JudgementKind.UNDECIDED), stack))
    unused = [f"{one.rule} for {one.resource} covers nothing: {verdict.useless(one)}" for one in verdict.unused]
    yield from _section("Exemptions without use", [line for text in unused for line in _item("•", text)])


def _verdict(stack: Checked) -> str:
    less = _less(stack)
    if stack.verdict.clean:
        return f"✔ clean{f', but {less}' if less else ''}"
    counted = [
        _count(len(found), word)
        for found, word in (
            (stack.verdict.of(JudgementKind.VIOLATION), "violation"),
            (stack.verdict.problems, "problem"),
        )
        if found
    ]
    return f"✖ {f'{less}; ' if less else ''}blocked by {' and '.join(counted)}"


def _less(stack: Checked) -> str:
    """Say in the first line if nothing was asked or less than there is, or if the state does not tell all."""
    unasked, pending = stack.verdict.unasked, stack.state.pending
    if stack.verdict.empty:
        return "nothing was asked"
    less = [f"less was asked: {', '.join(stack.verdict.off)} disabled"] if stack.verdict.off else []
    less += [f"{_count(len(unasked), 'rule')} not asked"] if unasked else []
    cut_off = [f"the outcome of {_count(len(pending), 'operation')} is unknown"] if pending else []
    return ", ".join([*less, *cut_off])


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    content = list(lines)
    if content:
        yield from ("", title, *(f"  {line}" for line in content))


def _grouped(judgements: list[Judgement], stack: Checked, report: CheckReport) -> Iterator[str]:
    """Write findings by rule: what is broken, where, and once for all how to fix it."""
    ordered = sorted(judgements, key=lambda one: (one.rule.id, one.urn))
    for _, group in groupby(ordered, key=lambda one: one.rule.id):
        of_rule = list(group)
        rule = of_rule[0].rule
        yield f"{rule.id}  {rule.severity.value}  {report.page(rule)}"
        for one in of_rule:
            yield from _item("•", _placed(one, stack))
        yield from _item("→", rule.fix)


def _placed(judgement: Judgement, stack: Checked) -> str:
    place = stack.position(judgement)
    return f"{sentence(judgement)}{f'  {place.file}:{place.line}' if place else ''}"


def _undecided(judgements: list[Judgement], stack: Checked) -> Iterator[str]:
    """Write what is not known by where it is missing: one document keeps many rules from deciding."""
    ordered = sorted(judgements, key=lambda one: (one.urn, _placed(one, stack), one.rule.id))
    for text, group in groupby(ordered, key=lambda one: _placed(one, stack)):
        yield from _item("•", text)
        yield from _item("?", ", ".join(sorted({one.rule.id for one in group})))


def _exempted(judgements: list[Judgement]) -> Iterator[str]:
    for one in judgements:
        yield one.rule.id
        yield from _item("•", sentence(one))
        yield from _item("✎", str(one.exemption))


def _item(mark: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"  {mark} ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
