"""Which Lambda functions a stack has: those of this repository that its tables ask for, and its own."""

from collections.abc import Callable
from typing import Final

from components.platform.connections import STORES, USER_ROTATIONS
from functions.auto_remediate import AUTO_REMEDIATE
from functions.client_vpn import CLIENT_VPN
from functions.common.function import FunctionDefinition
from functions.environment_schedule import SCALE_DOWN, SCALE_UP
from functions.posture_report import POSTURE_REPORT
from functions.rotate_text import ROTATE_TEXT
from functions.slack_notifier import SLACK_NOTIFIER
from functions.test_deployment import TEST_DEPLOYMENT
from settings.settings import Settings
from settings.tables.functions import CodeTable, OwnFunctionTable

#: Each function, and what asks for it; those that renew a data store's secret stand with the store.
FUNCTIONS: Final[tuple[tuple[FunctionDefinition, Callable[[Settings], object]], ...]] = (
    (SCALE_DOWN, lambda settings: settings.hours),
    (SCALE_UP, lambda settings: settings.hours),
    (SLACK_NOTIFIER, lambda settings: settings.alerts and settings.alerts.slack),
    (AUTO_REMEDIATE, lambda settings: settings.detection.response),
    (TEST_DEPLOYMENT, lambda settings: settings.canaries),
    (ROTATE_TEXT, lambda settings: settings.rotated_texts),
    (CLIENT_VPN, lambda settings: settings.client_vpn),
    (POSTURE_REPORT, lambda settings: settings.detection.security_hub and settings.detection.security_hub.report),
)


def function_definitions(settings: Settings) -> list[FunctionDefinition]:
    """Every function of a stack."""
    rotated = [STORES[word].rotation(settings) for word, store in settings.stores.items() if store.secret.rotate_days]
    users = [USER_ROTATIONS[settings.database.engine]] if settings.database and settings.database_users else []
    return [
        *(function for function, wanted in FUNCTIONS if wanted(settings)),
        *rotated,
        *users,
        *own_function_definitions(settings).values(),
    ]


def own_function_definitions(settings: Settings) -> dict[str, FunctionDefinition]:
    """The functions that the stack file itself defines, by word."""
    code = settings.functions.code
    return {word: _own(word, table, code[table.code]) for word, table in settings.functions.own.items()}


def _own(word: str, table: OwnFunctionTable, code: CodeTable) -> FunctionDefinition:
    return FunctionDefinition(
        name=word,
        purpose=code.purpose,
        handler="handler.handle",
        seconds=code.seconds,
        memory=code.memory,
        at_once=table.at_once,
        # Always one: without any, Lambda forgets the key that they are encrypted with.
        variables=("ENVIRONMENT", *(["BUCKET"] if table.lists else []), *table.environment),
        actions={"bucket": ("s3:ListBucket",)} if table.lists else {},
        runtime=code.runtime,
        code=code.folder,
    )
