"""Statements for the tests of policy documents."""

from __future__ import annotations

from typing import Any

ROLE = "aws:iam/role:Role"


def allow(principal: Any = "*", **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": "*"}
    return {**found, "Condition": condition} if condition else found
