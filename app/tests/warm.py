"""Processes of Python that begin with the libraries imported, which takes ten times as long as most tests.

One process imports them and forks for each that a test starts. The fork has the variables, folder and output that it is
given, and imports the application's own modules itself, as if it had been started anew.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from signal import SIGKILL, SIGTERM

ORIGIN = """
import gc, json, os, signal, sys
import alembic.command, alembic.config, asyncpg, boto3, fastapi, pydantic_settings, redis.asyncio
import sqlalchemy.dialects.postgresql.asyncpg, sqlalchemy.ext.asyncio, sqlalchemy.orm
import uvicorn, uvicorn.lifespan.on, uvicorn.loops.auto, uvicorn.protocols.http.auto, uvicorn.protocols.websockets.auto
import fastapi.testclient, httpx2, hypothesis, pytest, trustme, yaml  # for those that are tests themselves

def say(*words):
    os.write(1, (" ".join(map(str, words)) + chr(10)).encode())

def ended(*_):
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not process:
            return
        say("ended", process, os.waitstatus_to_exitcode(status))

signal.signal(signal.SIGCHLD, ended)
signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the tests stops what they have started
gc.freeze()
for line in sys.stdin:
    process = os.fork()
    if not process:
        break
    say("started", process)
else:
    os._exit(0)
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
asked = json.loads(line)
os.environ.clear()
os.environ.update(asked["environment"])
os.chdir(asked["folder"])
sys.argv[:] = asked["arguments"]
for place, file, how in ((0, os.devnull, os.O_RDONLY), (1, asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)):
    opened = os.open(file, how)
    os.dup2(opened, place)
    os.close(opened)
os.dup2(1, 2)
exec(asked["code"], {"__name__": "__main__"})
"""


class WarmProcess:
    """A fork, with what the tests use of a Popen."""

    def __init__(self, pid: int, ended: Future[int], output: Path) -> None:
        self.pid, self._ended, self._output = pid, ended, output

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    def wait(self, timeout: float | None = None) -> int:
        """Its status. Raises TimeoutError."""
        return self._ended.result(timeout)

    def said(self) -> str:
        """What it has said so far."""
        return self._output.read_text()

    def send_signal(self, number: int) -> None:
        if not self._ended.done():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(SIGTERM)

    def kill(self) -> None:
        self.send_signal(SIGKILL)


class Origin:
    """The process that forks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", ORIGIN], env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._ended = defaultdict[int, "Future[int]"](Future)
        self._started = threading.Semaphore(0)
        self._newest = 0
        self._asking = threading.Lock()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            what, process, *status = line.split()
            if what == "started":
                self._newest = int(process)
                self._started.release()
            else:
                self._ended[int(process)].set_result(int(*status))

    def start(
        self, code: str, *arguments: str, environment: Mapping[str, str], folder: Path, output: Path
    ) -> WarmProcess:
        """Run code in a fork."""
        asked = {
            **{"code": code, "arguments": ["-c", *arguments], "environment": dict(environment)},
            **{"folder": str(folder), "output": str(output)},
        }
        assert self._process.stdin
        with self._asking:
            self._process.stdin.write(f"{json.dumps(asked)}\n")
            assert self._started.acquire(timeout=60)
            return WarmProcess(self._newest, self._ended[self._newest], output)

    def end(self) -> None:
        """It forks no more."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._listening.join()
        self._process.stdout.close()


@cache
def origin() -> Origin:
    """That of this process."""
    found = Origin()
    atexit.register(found.end)
    return found


def start(code: str, *arguments: str, environment: Mapping[str, str], folder: Path, output: Path) -> WarmProcess:
    """Run code in a process of its own, with these variables and no others."""
    return origin().start(code, *arguments, environment=environment, folder=folder, output=output)


def module(name: str) -> str:
    """The code of `python -m`."""
    return f"import runpy; runpy.run_module({name!r}, run_name='__main__', alter_sys=True)"
