"""Our own pack, asked as the preview asks its process, but in this one: to start one costs a second of a core.

The same requests go to the SDK's own servicer, and no socket is between. `tests/preview/test_update.py` holds that the
answers are those of a process; what is about the process itself takes `preview.pack.ask`.
"""

import contextvars
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from pulumi.runtime.config import set_all_config
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer  # pyright: ignore[reportPrivateUsage]

from guard.crossguard import exemptions
from guard.crossguard.pack import policies
from preview import pack
from preview.pack import POLICY, Later, PackProcess
from preview.pack_process import environment_of
from preview.recording import Recording
from preview.verdict import PackVerdict


class PackHere(PackProcess):
    """It stands in for a PackProcess, argument for argument."""

    def __init__(
        self,
        project: str,
        stack: str,
        config: Mapping[str, str],
        *,
        known: bool = False,
        today: date | None = None,
        policy: Path = POLICY,
        fork: bool = False,
    ) -> None:
        assert policy == POLICY, "another's pack needs a process"
        self.today, self.config = today, dict(config)
        self.environment = environment_of(project, stack, config, known)

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""

    def ask(
        self, recording: Recording, later: Later | None = None, settings: Mapping[str, Any] = MappingProxyType({})
    ) -> PackVerdict:
        """The pack's verdict, as PackProcess's; what the pack's configuration changes here is forgotten."""
        with patch.dict(os.environ, self.environment):
            return contextvars.copy_context().run(self._here, recording, later, settings)

    def _here(self, recording: Recording, later: Later | None, settings: Mapping[str, Any]) -> PackVerdict:
        set_all_config(dict(self.config))  # in its process the pack reads it from the environment
        today = self.today or exemptions.today()
        servicer: Any = _PolicyAnalyzerServicer("pack", "1", policies(today=today), EnforcementLevel.ADVISORY)
        analyzer = SimpleNamespace(
            GetAnalyzerInfo=lambda request, **_: servicer.GetAnalyzerInfo(request, None),
            Configure=lambda request: servicer.Configure(request, None),
            Analyze=lambda request: servicer.Analyze(request, None),
            AnalyzeStack=SimpleNamespace(
                future=lambda request: SimpleNamespace(result=lambda: servicer.AnalyzeStack(request, None))
            ),
        )
        return self._judged(analyzer, recording, later, settings)


def ask(
    recording: Recording, *, today: date | None = None, settings: Mapping[str, Any] = MappingProxyType({})
) -> PackVerdict:
    """What `preview.pack.ask` says, for less."""
    with patch.object(pack, "PackProcess", PackHere):
        return pack.ask(recording, today=today, settings=settings)
