"""Functions on Lambda, and the queues of the events that they failed on."""

from collections.abc import Iterable
from typing import Final

from components.compute.function import Function
from components.operations.watch.delivery import FAILED_INVOCATIONS, FAILED_NOTIFICATIONS
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

FUNCTION: Final = MetricKind("function", always=True)
DEAD_LETTER_QUEUE: Final = MetricKind("dead-letters", always=True)
FAILED_RUNS: Final = Metric(FUNCTION, "Errors", "Sum")
DEAD_LETTERS: Final = Metric(DEAD_LETTER_QUEUE, "ApproximateNumberOfMessagesVisible", "Maximum")

ALARMS: Final = (
    Alarm(
        word="function-errors",
        metric=FAILED_RUNS,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # it did not run
        ends=False,  # the notifier itself would fail on that message, and ring again
        todo="Read the record of the failed run in the function's log: it says what it could not do.",
    ),
    Alarm(
        word="function-dead-letters",
        metric=DEAD_LETTERS,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # a queue that nobody uses reports nothing
        todo="Every try failed: mend the reason, run the function with the event again, and purge the queue.",
    ),
)
CHARTS: Final = (
    Chart(
        word="functions",
        title="Functions",
        lines=(
            ChartLine(metric=FAILED_RUNS, label="failed"),
            ChartLine(metric=DEAD_LETTERS, label="dead letters"),
            ChartLine(metric=FAILED_INVOCATIONS, label="rule failed"),
            ChartLine(metric=FAILED_NOTIFICATIONS, label="alert failed"),
        ),
    ),
)


def function_subjects(functions: Iterable[Function]) -> list[Subject]:
    """Each function, and its queue."""
    return [subject for each in functions for subject in (_runs(each), _dead_letters(each))]


def _runs(function: Function) -> Subject:
    return Subject(
        of=FUNCTION,
        word=function.word,
        namespace="AWS/Lambda",
        dimensions={"FunctionName": function.function_name},
        resource=function,
    )


def _dead_letters(function: Function) -> Subject:
    return Subject(
        of=DEAD_LETTER_QUEUE,
        word=function.word,
        namespace="AWS/SQS",
        dimensions={"QueueName": function.dead_letters},
        resource=function,
    )
