"""A proof that is called by another test."""

import inspect
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def proven(proof: Callable[..., None], *given: Any, **more: Any) -> None:
    """What the proof asserts, with an empty folder where it wants one."""
    with tempfile.TemporaryDirectory() as folder:
        takes = "tmp_path" in inspect.signature(proof).parameters
        proof(*given, **more, **({"tmp_path": Path(folder)} if takes else {}))
