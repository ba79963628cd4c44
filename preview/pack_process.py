"""The process in which a policy pack runs: started for it, or a fork of this one."""

import gc
import json
import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from io import FileIO, TextIOWrapper
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any, cast

#: Where the engine's address stands when it starts a pack; nothing logs to it.
ADDRESS = "offline"


def environment_of(project: str, stack: str, config: Mapping[str, str], known: bool) -> dict[str, str]:
    """The environment that the engine gives a pack (its analyzer_plugin.go, constructEnv)."""
    return {
        "PULUMI_PROJECT": project,
        "PULUMI_STACK": stack,
        "PULUMI_ORGANIZATION": "organization",
        "PULUMI_DRY_RUN": "false" if known else "true",
        "PULUMI_CONFIG": json.dumps(config),
    }


def spawned(policy: Path, environment: Mapping[str, str], errors: IO[str]) -> tuple[subprocess.Popen[str], IO[str]]:
    """A pack's process, and what it prints: the port that it listens at."""
    process = subprocess.Popen(
        [sys.executable, "-u", str(policy), ADDRESS],
        env={**os.environ, **environment},
        cwd=policy,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    return process, cast(IO[str], process.stdout)


def forked(policy: Path, environment: Mapping[str, str], errors: IO[str]) -> tuple[BaseProcess, IO[str]]:
    """The same as a fork of this process."""
    read, write = os.pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(policy, environment, write, errors.fileno()), daemon=True
    )
    process.start()
    os.close(write)
    return process, os.fdopen(read)


def _unbuffered(descriptor: int) -> TextIOWrapper:
    """As with `python -u`: the SDK prints the port to the stream below the text."""
    return TextIOWrapper(cast(Any, FileIO(descriptor, "w")), write_through=True)


def _serve(policy: Path, environment: Mapping[str, str], output: int, errors: int) -> None:
    """Run a pack in this process, as if Python had been started for it."""
    os.dup2(output, 1)
    os.dup2(errors, 2)
    sys.stdout, sys.stderr = _unbuffered(1), _unbuffered(2)
    sys.argv = [str(policy), ADDRESS]
    os.environ.update(environment)
    os.chdir(policy)
    # What is there was the preview's, and stays: a search for garbage would go through all of the SDK again and again.
    gc.freeze()
    gc.enable()
    runpy.run_path(str(policy), run_name="__main__")
