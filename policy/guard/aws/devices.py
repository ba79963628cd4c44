"""How the root device of an image is called; every other name is of another device."""

from __future__ import annotations

from typing import Final

ROOTS: Final = frozenset({"/dev/sda1", "/dev/sda", "/dev/xvda", "/dev/xvda1", "/dev/nvme0n1"})
