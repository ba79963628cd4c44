"""The stacks of this project, recorded whole: once a process and kind of run."""

import runpy
from functools import cache
from pathlib import Path

from preview.recorder import Recording, record
from settings.file import stackfile

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ("dev", "staging", "prod")
STACKS = (*ENVIRONMENTS, "shared")
PROJECT = "cloudplatform"


@cache
def recorded(stack: str, known: bool) -> Recording:
    """The stack as an update (every id known) or as the first preview (every id unknown) registers it."""
    return record_file(ROOT / f"Pulumi.{stack}.yaml", stack, known)


def record_file(file: Path, stack: str, known: bool) -> Recording:
    """The program run with any stack file."""
    found = stackfile.load(file, PROJECT)
    return record(
        lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__") and None,
        project=PROJECT,
        stack=stack,
        config=found.config,
        secret_keys=found.secret_keys,
        known=known,
    )
