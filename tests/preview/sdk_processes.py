"""Processes that import generated SDKs by our importer, or as Python does."""

import json
import os
import re
import subprocess
import sys
from functools import cache

import sdk_importer
from tests.stacks import ROOT


def in_a_process(program: str, cache: str) -> str:
    """What a program prints that imports SDKs in this way, or with `off` as Python does."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, sdk_importer\nsdk_importer.install()\n{program}"],
        cwd=ROOT,
        env={**os.environ, sdk_importer.VARIABLE: cache},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


#: Runs programs, each in a fork of a process that has no generated SDK yet: to import Pulumi's own takes half a second.
FORKS = """\
import gc, json, os, pulumi
gc.disable()
for program in json.loads({programs!r}):
    if not os.fork():
        exec(program, {{"sys": sys, "sdk_importer": sdk_importer}})
        sys.stdout.flush()
        os._exit(0)
    assert os.wait()[1] == 0, program
    print(end={end!r}, flush=True)
"""
END = "--- the next program\n"


@cache
def printed(programs: tuple[str, ...], mode: str) -> dict[str, str]:
    """What each program prints that imports SDKs in this way, or with `off` as Python does."""
    found = in_a_process(FORKS.format(programs=json.dumps(programs), end=END), mode)
    return dict(zip(programs, found.split(END), strict=False))


def alike(program: str, programs: tuple[str, ...]) -> str:
    """What a program prints in both ways, but for addresses; one process a way runs all of them."""
    found = {
        re.sub(r" at 0x\w+", "", printed(programs, mode)[program])
        for mode in (os.environ.get(sdk_importer.VARIABLE, ""), sdk_importer.OFF)
    }
    assert len(found) == 1
    return found.pop()
