"""Every function that there is."""

from functions.auto_remediate import AUTO_REMEDIATE
from functions.client_vpn import CLIENT_VPN
from functions.common.function import FunctionDefinition
from functions.environment_schedule import SCALE_DOWN, SCALE_UP
from functions.posture_report import POSTURE_REPORT
from functions.rotate_cache import ROTATE_CACHE
from functions.rotate_database import ROTATE_DATABASE
from functions.rotate_mysql import ROTATE_MYSQL
from functions.rotate_mysql_user import ROTATE_MYSQL_USER
from functions.rotate_text import ROTATE_TEXT
from functions.rotate_user import ROTATE_USER
from functions.slack_notifier import SLACK_NOTIFIER
from functions.test_deployment import TEST_DEPLOYMENT

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    AUTO_REMEDIATE,
    CLIENT_VPN,
    POSTURE_REPORT,
    ROTATE_CACHE,
    ROTATE_DATABASE,
    ROTATE_MYSQL,
    ROTATE_MYSQL_USER,
    ROTATE_TEXT,
    ROTATE_USER,
    SCALE_DOWN,
    SCALE_UP,
    SLACK_NOTIFIER,
    TEST_DEPLOYMENT,
)
