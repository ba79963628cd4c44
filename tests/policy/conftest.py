"""What every test of the pack leaves behind: the configuration as it was, and no profile from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pulumi.runtime import config as runtime

from tests.properties import conftest as profiles

__all__ = ["profiles"]  # how hard Hypothesis searches


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("GUARD_PROFILE", raising=False)
    before = dict(runtime.CONFIG.get()) if hasattr(runtime.CONFIG, "get") else dict(runtime.CONFIG)
    yield
    runtime.set_all_config(before)
