"""Writes deployments as the engine does (sdk/go/common/apitype, DeploymentV3), for `guard check` to read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from guard.cli.state import MARK, StateSignature

URN = "urn:pulumi:live::shop::"
PROVIDER = f"{URN}pulumi:providers:aws::default_7_51_1"
REFERENCE = f"{PROVIDER}::6f1f2e2c-0d1e-4b4e-9a55-0c4c2f1f3b11"

ENCRYPTED = {MARK: StateSignature.SECRET.value, "ciphertext": "AAABADQ4OZ"}
STREAM = "aws:kinesis/stream:Stream"
LOGS = "aws:cloudwatch/logGroup:LogGroup"


def shown(value: Any) -> dict[str, str]:
    """A secret as `pulumi stack export --show-secrets` writes it."""
    return {MARK: StateSignature.SECRET.value, "plaintext": json.dumps(value)}


def resource(token: str, name: str = "it", inputs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A resource that exists, in the region of the default provider."""
    own = {"__defaults": [], **(inputs or {})}
    return {
        "urn": f"{URN}{token}::{name}",
        "custom": True,
        "id": f"{name}-0a1b2c3d",
        "type": token,
        "inputs": own,
        "outputs": {**own, "id": f"{name}-0a1b2c3d"},
        "provider": REFERENCE,
        **more,
    }


def deployment(*resources: dict[str, Any]) -> dict[str, Any]:
    """An export, the caller's own: the stack and its provider, then what is given."""
    stack = {"urn": f"{URN}pulumi:pulumi:Stack::shop-live", "custom": False, "type": "pulumi:pulumi:Stack"}
    provider = {
        "urn": PROVIDER,
        "custom": True,
        "id": REFERENCE.rpartition("::")[2],
        "type": "pulumi:providers:aws",
        "inputs": {"region": "eu-central-1"},
        "outputs": {"region": "eu-central-1"},
    }
    manifest = {"time": "2026-03-01T09:00:00Z", "magic": "", "version": "v3.272.0"}
    return copy.deepcopy(
        {"version": 3, "deployment": {"manifest": manifest, "resources": [stack, provider, *resources]}}
    )


def saved(folder: Path, *resources: dict[str, Any], name: str = "export.json") -> str:
    """Write an export into a folder and return its path."""
    file = folder / name
    file.write_text(json.dumps(deployment(*resources)))
    return str(file)


#: Kept by every rule that blocks, and by those that advise on it.
SOUND = resource(LOGS, "sound", {"retentionInDays": 90, "kmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/1"})
PLAIN = resource(
    STREAM, "plain", {"encryptionType": "NONE", "retentionPeriod": 24}, sourcePosition="project:///main.py#7"
)
OPEN = resource(STREAM, "open", {"encryptionType": ENCRYPTED})
