"""The stacks as the proofs see them."""

import pytest

from preview.recording import Recording
from tests.requirements.pages import Pages, pages
from tests.requirements.workflows import Workflows, workflows
from tests.stacks import recorded


@pytest.fixture
def platform(stack: str) -> Recording:
    """The stack with every id and ARN known: references are resolved."""
    return recorded(stack, known=True)


@pytest.fixture
def first_preview(stack: str) -> Recording:
    """The stack before anything exists: references show in `property_dependencies` only."""
    return recorded(stack, known=False)


@pytest.fixture
def flows() -> Workflows:
    """GitHub's workflows of this project."""
    return workflows()


@pytest.fixture
def written() -> Pages:
    """The documents, scripts and pictures of this project."""
    return pages()
