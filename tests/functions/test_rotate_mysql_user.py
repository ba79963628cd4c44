"""The services' users of MySQL: moto's Secrets Manager, a real MySQL that takes TLS only."""

import re
import ssl

import pymysql
import pytest

from functions.common.database import DatabaseLogin
from functions.common.mysql import AT_LIMIT
from functions.common.rotation import RotationError
from functions.rotate_mysql_user import ROTATE_MYSQL_USER
from functions.rotate_mysql_user.handler import handle, opens
from tests.functions.emulated import actions
from tests.functions.users import CONNECTIONS, SECRET, USER, may

SIMILAR = USER.replace("_", "x")  #: a database that a grant on back_office would name too


@pytest.fixture
def user(mysql_user, aws, context, rotation):
    """The user, made by its first rotation: gives what opens connections as it."""
    keeper, _ = mysql_user
    rotation(SECRET, lambda event: handle(event, context))

    tls = {"host": "localhost", "port": keeper.server.port, "ssl": ssl.create_default_context()}

    def connect(stage="AWSCURRENT", **other):
        login = DatabaseLogin.read(aws.secret(SECRET, stage), "mysql")
        return pymysql.connect(user=USER, password=login.password, database=USER, **(other or tls))

    return connect


def _run(connection, *statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall()


def test_the_first_rotation_makes_the_user(mysql_user, aws, context, rotation, log):
    """Its password has signs of every class, and no log of ours or of the server's shows it. What Pulumi knows opens
    nothing, also of a user that had it. What is called is what the role may; its service's tasks are replaced."""
    keeper, before = mysql_user
    keeper.make(DatabaseLogin.read(before, "mysql").password)
    rotation(SECRET, lambda event: handle(event, context))
    now, old = (DatabaseLogin.read(each, "mysql") for each in (aws.secret(SECRET), before))
    assert aws.secret(SECRET) == before.replace(old.password, now.password)
    assert all(re.search(each, now.password) for each in ("[a-z]", "[A-Z]", "[0-9]", "[._~-]"))
    assert (opens(now), opens(old)) == (True, False)
    assert set(aws.actions) == actions(ROTATE_MYSQL_USER)
    assert aws.calls_of("ecs:UpdateService") == [{"cluster": "cluster", "service": "api", "forceNewDeployment": True}]
    said = keeper.server.log.read_text(errors="replace")
    assert "CREATE USER IF NOT EXISTS 'back_office'" in said
    for password in (now.password, old.password):
        assert password not in log.text
        assert password not in said


def test_the_user_may_no_more_than_it_is_granted(mysql_user, user):
    """What the stack file says, in its own database; an underscore in its name is no other character."""
    keeper, _ = mysql_user
    tables = [f"CREATE TABLE IF NOT EXISTS {name}.orders (id int)" for name in (USER, SIMILAR)]
    keeper.server.run(f"CREATE DATABASE IF NOT EXISTS {SIMILAR}", *tables)
    with user() as connection:
        _run(connection, "INSERT INTO orders VALUES (1)", "SELECT * FROM orders")
        for refused in (
            "DELETE FROM orders",
            "UPDATE orders SET id = 2",
            "DROP TABLE orders",
            "CREATE TABLE mine (id int)",
            f"SELECT * FROM {SIMILAR}.orders",
            "CREATE USER another",
        ):
            with pytest.raises(pymysql.err.MySQLError) as raised:
                _run(connection, refused)
            assert raised.value.args[0] in (1044, 1142, 1227), refused  # access denied


def test_it_comes_over_tls_only(mysql_user, user):
    """Not even over the server's own socket without it."""
    user().close()
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        user(unix_socket=str(mysql_user[0].server.socket))


def test_grants_follow_the_stack_file(mysql_user, user, aws, context, rotation, monkeypatch):
    """With the next password: also what is taken away, of tasks with the one before too. A service that has all its
    connections keeps no rotation."""
    keeper, _ = mysql_user
    keeper.server.run(f"CREATE TABLE {USER}.orders (id int)")
    open_ = [user() for _ in range(CONNECTIONS)]
    with pytest.raises(pymysql.err.OperationalError) as raised:
        user()
    assert raised.value.args[0] == AT_LIMIT
    may(monkeypatch, "select", "delete")
    rotation(SECRET, lambda event: handle(event, context))
    for each in open_:
        each.close()
    for stage in ("AWSPREVIOUS", "AWSCURRENT"):
        with user(stage) as connection:
            _run(connection, "DELETE FROM orders")
            with pytest.raises(pymysql.err.OperationalError, match="INSERT command denied"):
                _run(connection, "INSERT INTO orders VALUES (1)")


@pytest.mark.parametrize("right", ["CREATE USER", "SELECT"])
def test_a_user_that_may_more_is_left_alone(mysql_user, aws, context, rotation, right):
    """What it may in every database would pass its grants; its password stays what it was."""
    keeper, _ = mysql_user
    keeper.server.run(f"CREATE USER {USER}@'%' IDENTIFIED BY 'kept'", f"GRANT {right} ON *.* TO {USER}@'%'")
    with pytest.raises(RotationError, match="may more than a service's user: it is somebody else's"):
        rotation(SECRET, lambda event: handle(event, context))
    tls = {"host": "localhost", "port": keeper.server.port, "ssl": ssl.create_default_context()}
    pymysql.connect(user=USER, password="kept", **tls).close()
