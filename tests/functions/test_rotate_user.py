"""The services' users of PostgreSQL: moto's Secrets Manager, a real PostgreSQL behind TLS, techcorp's migrations."""

import re
import string

import pytest
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from functions.common.database import DatabaseLogin
from functions.common.postgres import FULL, code, verifier
from functions.common.rotation import RotationError
from functions.rotate_user import ROTATE_USER
from functions.rotate_user.handler import handle, opens
from tests.functions.emulated import actions, hidden
from tests.functions.postgres import ADMINISTRATOR, SERVICES
from tests.functions.users import ADMIN_SECRET, CLONE, CONNECTIONS, SECRET, USER, may
from tests.stacks import ROOT

STACKS = [f"techcorp/{each}" for each in ("production", "production-dr", "production-eu", "staging", "development")]
MIGRATIONS = ROOT / "blueprints/techcorp/migrations"
TABLE = f"{USER}.orders"
#: What a migration makes, and who: the administrator.
ORDERS = (f"CREATE TABLE {TABLE} (id int GENERATED ALWAYS AS IDENTITY, tenant text)",
          f"INSERT INTO {TABLE} (tenant) VALUES ('acme'), ('globex')")  # fmt: skip


@pytest.fixture
def user(postgres_user, aws, context, rotation):
    """The user, made by its first rotation: gives what opens connections as it."""
    keeper, _ = postgres_user
    rotation(SECRET, lambda event: handle(event, context))

    def connect(stage="AWSCURRENT"):
        login = DatabaseLogin.read(aws.secret(SECRET, stage))
        return Connection(login.user, password=login.password, unix_sock=keeper.server.socket, database=SERVICES)

    return connect


def migrate(keeper, *statements):
    """As the administrator, who owns what it makes."""
    keeper.server.run(f"SET ROLE {ADMINISTRATOR}", *statements, database=SERVICES)


def refuses_one_more(connect):
    """However the driver says so: the server has hung up when it says goodbye."""
    with pytest.raises((DatabaseError, InterfaceError)) as raised:
        connect()
    assert code(raised.value) == FULL


@pytest.mark.requirement("TC-DB-15", stacks=STACKS)
def test_the_first_rotation_makes_the_user(postgres_user, aws, context, rotation, log):
    """Its password has signs of every class, made by Secrets Manager; the secret is a URL as before. What Pulumi knows
    opens nothing. No log of ours or of the server's shows the password. The tasks of its service are replaced."""
    keeper, before = postgres_user
    rotation(SECRET, lambda event: handle(event, context))
    now, old = DatabaseLogin.read(aws.secret(SECRET)), DatabaseLogin.read(before)
    assert aws.secret(SECRET) == before.replace(f"{USER}:{old.password}", f"{CLONE}:{now.password}")
    assert len(now.password) == len(old.password)
    for each in (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-._~"):
        assert {*each} & {*now.password}
    assert re.fullmatch(r"[\w.~-]+", now.password)
    assert aws.calls_of("secretsmanager:GetRandomPassword")[0]["RequireEachIncludedType"] is True
    assert (opens(now), opens(old)) == (True, False)
    assert aws.calls_of("ecs:UpdateService") == [{"cluster": "cluster", "service": "api", "forceNewDeployment": True}]
    assert f'CREATE ROLE "{USER}" LOGIN' in keeper.server.log.read_text()
    for password in (now.password, old.password):
        assert password not in log.text
        assert password not in keeper.server.log.read_text()
    assert set(aws.actions) == actions(ROTATE_USER)  # none that the role may not, none too few
    read = {each["SecretId"] for each in aws.calls_of("secretsmanager:GetSecretValue")}
    assert len(read) == 2  # the user's and the administrator's


def test_both_logins_are_one_user(postgres_user, user, aws, context, rotation):
    """Tasks with the password before may the same, and what either makes is the other's: also after DISCARD ALL, by
    which a pooler ends a client's session, and whatever a migration gave the user."""
    answer = (f"CREATE FUNCTION {USER}.answer() RETURNS int RETURN 42",
              f"REVOKE ALL ON FUNCTION {USER}.answer FROM PUBLIC",
              f"GRANT EXECUTE ON FUNCTION {USER}.answer TO {USER}")  # fmt: skip
    migrate(postgres_user[0], *ORDERS, *answer)
    rotation(SECRET, lambda event: handle(event, context))
    with user("AWSPREVIOUS") as old, user() as new:
        assert [each.run("SELECT session_user::text, current_user::text") for each in (old, new)] == [
            [[CLONE, USER]], [[USER, USER]]
        ]  # fmt: skip
        [[made]] = old.run("SELECT lo_create(0)")
        assert new.run(f"SELECT lo_unlink({made})") == [[1]]
        for each in (old, new):
            each.run("DISCARD ALL")
            each.run("INSERT INTO orders (tenant) VALUES ('acme')")
            assert each.run("SELECT count(*) > 2, answer() FROM orders") == [[True, 42]]
            with pytest.raises(DatabaseError, match="permission denied for table orders"):
                each.run("DELETE FROM orders")


def test_the_user_may_no_more_than_it_is_granted(postgres_user, user):
    """What the stack file says, on the tables of its schema, those that come later too; it makes and owns nothing."""
    keeper, _ = postgres_user
    migrate(keeper, *ORDERS, "CREATE SCHEMA IF NOT EXISTS other", "CREATE TABLE IF NOT EXISTS other.secrets (id int)")
    with user() as connection:
        assert connection.run("SELECT count(*) FROM orders") == [[2]]  # its schema is where it looks
        connection.run("INSERT INTO orders (tenant) VALUES ('acme')")
        for refused in (
            "DELETE FROM orders",
            "UPDATE orders SET tenant = 'x'",
            "TRUNCATE orders",
            "SELECT * FROM other.secrets",
            f"CREATE TABLE {USER}.mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "CREATE TEMP TABLE mine (id int)",
            "ALTER TABLE orders DISABLE ROW LEVEL SECURITY",
            f"SET ROLE {ADMINISTRATOR}",
            "CREATE ROLE another",
        ):
            with pytest.raises(DatabaseError) as raised:
                connection.run(refused)
            assert raised.value.args[0]["C"] == "42501", refused  # insufficient_privilege


def test_grants_follow_the_stack_file(postgres_user, user, aws, context, rotation, monkeypatch):
    """With the next password: also what is taken away, of tables that are there, and of tasks with the one before."""
    migrate(postgres_user[0], *ORDERS)
    may(monkeypatch, "select", "delete", connections=2)
    rotation(SECRET, lambda event: handle(event, context))
    for stage in ("AWSPREVIOUS", "AWSCURRENT"):
        with user(stage) as connection, user(stage):
            connection.run("DELETE FROM orders")
            with pytest.raises(DatabaseError, match="permission denied for table orders"):
                connection.run("INSERT INTO orders (tenant) VALUES ('acme')")
            refuses_one_more(lambda stage=stage: user(stage))


@pytest.mark.requirement("TC-DB-16", stacks=STACKS)
def test_connections_are_limited(postgres_user, user, aws, context, rotation):
    """One more than the stack file says is refused, of either login. A service that has them all keeps no rotation from
    its end."""
    open_ = [user() for _ in range(CONNECTIONS)]
    refuses_one_more(user)
    before = aws.secret(SECRET)
    rotation(SECRET, lambda event: handle(event, context))
    assert aws.secret(SECRET) != before
    open_ += [user() for _ in range(CONNECTIONS)]
    refuses_one_more(user)
    before = aws.secret(SECRET, "AWSPREVIOUS")
    rotation(SECRET, lambda event: handle(event, context))
    for connection in open_:
        connection.close()
    assert opens(DatabaseLogin.read(aws.secret(SECRET)))
    assert not opens(DatabaseLogin.read(before))


@pytest.mark.requirement("TC-DB-16", stacks=STACKS)
def test_the_migration_limits_whoever_has_no_limit(postgres_user, user):
    """People's roles; neither the services' users, which have theirs, nor the administrator."""
    keeper, _ = postgres_user
    keeper.server.run("DROP ROLE IF EXISTS reader")
    migrate(keeper, "CREATE ROLE reader LOGIN", (MIGRATIONS / "connection-limits.sql").read_text())
    names = f"'reader', '{USER}', '{CLONE}', '{ADMINISTRATOR}'"
    asked = f"SELECT rolname, rolconnlimit FROM pg_roles WHERE rolname IN ({names}) ORDER BY 1"
    assert keeper.server.run(asked) == [[[ADMINISTRATOR, -1], [USER, CONNECTIONS], [CLONE, CONNECTIONS], ["reader", 5]]]


@pytest.mark.requirement("TC-DB-17", stacks=STACKS)
def test_a_user_sees_the_rows_of_one_tenant(postgres_user, user):
    """After the migration: of the tenant that the transaction names, and none without one; it writes no other's."""
    keeper, _ = postgres_user
    secure = (MIGRATIONS / "row-level-security.sql").read_text()
    shared = (f"CREATE TABLE {USER}.countries (id int)", f"COMMENT ON TABLE {USER}.countries IS 'all tenants: a list'")
    migrate(keeper, *ORDERS, *shared, secure, secure)
    with user() as connection:
        assert connection.run("SELECT tenant FROM orders") == []
        assert connection.run("SELECT * FROM countries") == []
        connection.run("START TRANSACTION")
        connection.run("SET LOCAL app.tenant = 'acme'")
        connection.run("INSERT INTO orders (tenant) VALUES ('acme')")
        assert connection.run("SELECT tenant FROM orders") == [["acme"], ["acme"]]
        with pytest.raises(DatabaseError, match="violates row-level security policy"):
            connection.run("INSERT INTO orders (tenant) VALUES ('globex')")
        connection.run("ROLLBACK")
        assert connection.run("SELECT tenant FROM orders") == []


@pytest.mark.requirement("TC-DB-17", stacks=STACKS)
def test_a_table_without_tenants_is_not_forgotten(postgres_user, user):
    keeper, _ = postgres_user
    with pytest.raises(DatabaseError, match="forgotten has no column tenant: add one, or a comment that begins with"):
        migrate(keeper, f"CREATE TABLE {USER}.forgotten (id int)", (MIGRATIONS / "row-level-security.sql").read_text())


def test_while_the_administrators_password_is_renewed(postgres_user, aws, context, rotation):
    """The database has its new one already, which the secret does not call the current one yet."""
    keeper, _ = postgres_user
    password = hidden()
    keeper.know_administrator(password)
    aws.its("secretsmanager").put_secret_value(
        SecretId=ADMIN_SECRET, SecretString=keeper.url(password, ADMINISTRATOR), VersionStages=["AWSPENDING"]
    )
    rotation(SECRET, lambda event: handle(event, context))
    assert opens(DatabaseLogin.read(aws.secret(SECRET)))


def test_a_promoted_replica_renews_its_own_users(postgres_user, aws, context, rotation):
    """Its secrets are copies, which name the host of its source: the user is renewed here, and the secret says so."""
    for secret in (SECRET, ADMIN_SECRET):
        text = aws.secret(secret).replace("localhost", "lost.us-east-1.rds.amazonaws.com")
        aws.its("secretsmanager").put_secret_value(SecretId=secret, SecretString=text)
    rotation(SECRET, lambda event: handle(event, context))
    now = DatabaseLogin.read(aws.secret(SECRET))
    assert (now.host, opens(now)) == ("localhost", True)


def test_a_user_that_the_stack_file_does_not_have_is_refused(postgres_user, context, rotation, monkeypatch):
    monkeypatch.setenv("CONNECTIONS", "{}")
    with pytest.raises(RotationError, match=f"CONNECTIONS and GRANTS have no user {USER}"):
        rotation(SECRET, lambda event: handle(event, context))


@pytest.mark.parametrize(("role", "right"), [(USER, "BYPASSRLS"), (CLONE, "CREATEROLE")])
def test_a_role_that_may_more_is_left_alone(postgres_user, context, rotation, role, right):
    """It would pass its grants and row-level security, whichever of the two it is."""
    keeper, _ = postgres_user
    password = verifier(hidden())
    made = f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"
    keeper.server.run(f"SET ROLE {ADMINISTRATOR}", made, "RESET ROLE", f"ALTER ROLE {role} {right}")
    with pytest.raises(RotationError, match=f"the role {role} may more than a service's user: it is somebody else's"):
        rotation(SECRET, lambda event: handle(event, context))
    assert keeper.server.stored(role) == password
