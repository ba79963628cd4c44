"""Addresses of the tests of networks."""

from __future__ import annotations

from guard.aws.networks import addresses

WORLD = addresses(["0.0.0.0/0"])
WORLD_SIX = addresses(["::/0"])
