"""The stacks as the proofs see them."""

import pytest

from preview.recording import Recording
from tests.stacks import recorded


@pytest.fixture
def platform(stack: str) -> Recording:
    """The stack with every id and ARN known: references are resolved."""
    return recorded(stack, known=True)


@pytest.fixture
def first_preview(stack: str) -> Recording:
    """The stack before anything exists: references show in `property_dependencies` only."""
    return recorded(stack, known=False)
