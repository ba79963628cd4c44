"""What the tests of the preview share."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pytest

from preview.recorder import Recording, record
from tests.preview.samples import CONFIG


class Recorded(Protocol):
    """Records a program under the sample project."""

    def __call__(
        self, program: Callable[[], object], *, known: bool = False, config: Mapping[str, str] = ..., stack: str = ...
    ) -> Recording: ...


@pytest.fixture
def recorded() -> Recorded:
    def run(
        program: Callable[[], object],
        *,
        known: bool = False,
        config: Mapping[str, str] = CONFIG,
        stack: str = "dev",
    ) -> Recording:
        secret_keys = [key for key in config if key.startswith("sample:")]
        return record(program, project="sample", stack=stack, config=config, secret_keys=secret_keys, known=known)

    return run
