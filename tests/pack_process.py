"""A policy pack in a process of its own, started and asked as the engine starts and asks it.

The preview asks ours in its own process (`preview.pack.ask`); that both say the same is held with this.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from preview.pack import judged
from preview.recording import Recording
from preview.verdict import PackVerdict
from tests.stacks import ROOT

#: The engine's limit too: a stack is sent in one message (pulumi_policy, _MAX_RPC_MESSAGE_SIZE).
MESSAGE_BYTES = 400 * 1024 * 1024
CHANNEL = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]

#: Where the engine's address stands when it starts a pack; nothing logs to it.
ADDRESS = "offline"

SECONDS = 60  #: for the pack's start, on a machine that is busy


def ask(
    recording: Recording,
    today: date,
    *,
    policy: Path = ROOT / "policy",
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> PackVerdict:
    """The verdict of a pack that is started for this one question."""
    environment = {**os.environ, **recording.pack_environment, "GUARD_TODAY": today.isoformat()}
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-u", str(policy), ADDRESS],
            env=environment,
            cwd=policy,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            port = process.stdout.readline().strip()
            errors.seek(0)
            assert port, errors.read()
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=CHANNEL) as channel:
                grpc.channel_ready_future(channel).result(SECONDS)
                return judged(analyzer_pb2_grpc.AnalyzerStub(channel), recording, settings)
        finally:
            process.kill()
            process.communicate()
