"""The way into a handler: what is logged of every run."""

import functools
from collections.abc import Callable
from typing import Any, Final, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

Handler = Callable[[dict[str, Any], LambdaContext], Any]  #: its value is for who waits for one


SMOKE: Final = "cloudplatform.smoke"  #: the source of an event that only asks whether it arrives (scripts/smoke.py)


class BadEventError(ValueError):
    """An event that is not what the function is for. It is raised, so that it ends in the dead-letter queue."""


def _is_smoke(event: object) -> bool:
    """Whatever else arrives, also what is no event at all, is for the handler to refuse."""
    return isinstance(event, dict) and cast(dict[str, object], event).get("source") == SMOKE


def logged(logger: Logger) -> Callable[[Handler], Handler]:
    """Log each run with its request's id, and a failure as one structured record before it is raised again.

    The event is not logged: what is in it is for the handler to judge. The smoke test's event ends here.
    """

    def decorate(handle: Handler) -> Handler:
        @logger.inject_lambda_context(clear_state=True)
        @functools.wraps(handle)
        def run(event: dict[str, Any], context: LambdaContext) -> Any:
            if _is_smoke(event):
                logger.info("arrived", smoke=event.get("id"))
                return None
            try:
                return handle(event, context)
            except Exception:
                logger.exception("failed")
                raise

        return run

    return decorate
