"""The stacks with their options switched on, and with words left out of their stack files."""

from functools import cache

from preview.recording import Recording
from tests.stack_files import Config, changed

REFUSED = ["192.0.2.0/24", "198.51.100.7/32"]
REQUESTS = 1000
COPY = "us-west-2"


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
