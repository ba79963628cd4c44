"""A MySQL server that rotate-mysql's tests rotate the password of."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import fasteners
import pymysql
import pytest
import trustme

from functions.common.database import DatabaseLogin
from tests.stacks import ROOT

SECRET = "/test/database/url"
USER, DATABASE = "app_admin", "app"
ADMINISTRATOR = "administrator"  #: who makes the services' users
SERVER = ROOT / "build/mysql"
INITIALISED = ROOT / "build/mysql-data"  #: a server's files before its first start, which take it many seconds to write
SECONDS = 120  #: in which it must be ready, beside others
#: As small as it may be: what is written is copied for each server.
SMALL = ("--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M", "--performance-schema=OFF")
#: Nothing of it outlives the machine.
QUICK = ("--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF")


class Mysql:
    """A server on a free port of this machine, which takes TLS only and logs every statement."""

    def __init__(self, folder: Path, authority: trustme.CA) -> None:
        if not (SERVER / "bin/mysqld").exists():
            pytest.skip(f"there is no MySQL server in {SERVER.relative_to(ROOT)}: run .ci/mysql")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log, self.socket = folder / "general.log", folder / "sock"
        certificate = authority.issue_cert("localhost", key_type=trustme.KeyType.RSA)
        for name, blobs in (
            ("ca", [authority.cert_pem]),
            ("cert", certificate.cert_chain_pems),
            ("key", [certificate.private_key_pem]),
        ):
            (folder / f"{name}.pem").write_bytes(b"".join(blob.bytes() for blob in blobs))
        shutil.copytree(_initialised(), folder / "data")
        self.process = subprocess.Popen(
            [
                *_command(folder / "data", folder / "error.log"),
                *QUICK,
                f"--port={self.port}",
                f"--socket={self.socket}",
                f"--pid-file={folder / 'pid'}",
                "--bind-address=127.0.0.1",
                "--mysqlx=OFF",
                "--require-secure-transport=ON",
                *(f"--ssl-{name}={folder / f'{name}.pem'}" for name in ("ca", "cert", "key")),
                "--general-log=ON",
                f"--general-log-file={self.log}",
            ]
        )
        self._wait()
        self.run(f"CREATE DATABASE {DATABASE}", f"CREATE USER {USER}", f"GRANT ALL ON {DATABASE}.* TO {USER}")
        self.run(f"CREATE USER {ADMINISTRATOR}", f"GRANT ALL ON *.* TO {ADMINISTRATOR} WITH GRANT OPTION")

    def _wait(self) -> None:
        """Until it listens."""
        end = time.monotonic() + SECONDS
        while not self.socket.exists():
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server does not listen"
            time.sleep(0.1)

    def run(self, *statements: str) -> Any:
        """As root, through the socket; the rows of the last statement."""
        with pymysql.connect(unix_socket=str(self.socket), user="root") as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()

    def know(self, password: str, user: str = USER) -> None:
        """The user has this password from now on, and no other."""
        self.run(f"ALTER USER {user} IDENTIFIED BY '{password}'")

    def url(self, password: str) -> str:
        """The secret with a password, as the component writes it."""
        return f"mysql://{USER}:{password}@localhost:{self.port}/{DATABASE}"

    def stored(self, user: str = USER) -> str:
        """What the server keeps of the password."""
        [[found]] = self.run(f"SELECT HEX(authentication_string) FROM mysql.user WHERE user = '{user}'")
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)


def _command(data: Path, log: Path) -> list[str]:
    program = [str(SERVER / "bin/mysqld"), "--no-defaults", "--user=root", f"--basedir={SERVER}"]
    return [*program, f"--datadir={data}", f"--log-error={log}", *SMALL]


def _initialised() -> Path:
    """Files that no server has used yet, written once for all runs of the tests."""
    INITIALISED.parent.mkdir(exist_ok=True)
    with fasteners.InterProcessLock(INITIALISED.with_suffix(".lock")):
        if not INITIALISED.exists():
            with tempfile.TemporaryDirectory(dir=INITIALISED.parent) as folder:
                made = Path(folder) / "data"
                command = [*_command(made, Path(folder) / "error.log"), "--initialize-insecure"]
                subprocess.run(command, check=True, timeout=SECONDS)
                (made / "auto.cnf").unlink(missing_ok=True)  # each server's own name
                made.rename(INITIALISED)
    return INITIALISED


def login_of(text: str) -> DatabaseLogin:
    return DatabaseLogin.read(text, "mysql")
