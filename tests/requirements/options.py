"""The stacks with their options switched on, and with words left out of their stack files."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from preview.recording import Recording
from tests.stacks import ROOT, record_file

Config = dict[str, Any]
REFUSED = ["192.0.2.0/24", "198.51.100.7/32"]
REQUESTS = 1000
COPY = "us-west-2"


def changed(stack: str, change: Callable[[Config], object]) -> Recording:
    """A stack built from its own stack file after a change of its tables, with every id known."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())
    change(content["config"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"Pulumi.{stack}.yaml"
        file.write_text(yaml.safe_dump(content))
        return record_file(file, stack, known=True)


def _environment(config: Config, stack: str) -> None:
    config["cloudplatform:network"]["deny"] = REFUSED
    config["cloudplatform:services"]["fastapi"]["count"]["requests"] = REQUESTS
    config["cloudplatform:buckets"]["logs"]["tiering"] = True
    if stack != "prod":
        config["cloudplatform:services"]["fastapi"]["capacity"] = "spot"


def _shared(config: Config, stack: str) -> None:
    config["cloudplatform:repositories"]["fastapi"]["replicate-to"] = [COPY]


@cache
def with_options(stack: str) -> Recording:
    """A stack with everything on that the ledger calls optional: refused addresses, scaling by requests, tiering of
    logs, spare capacity outside prod; in the shared stack a copy of the images in another region."""
    switch = _shared if stack == "shared" else _environment
    return changed(stack, lambda config: switch(config, stack))
