"""The stack that `--stack` names, with the credentials of the environment; nothing of it is emulated."""

from collections.abc import Iterator

import boto3
import pytest

from tests.acceptance.deployed import Deployed
from tests.acceptance.emulated import Emulated
from tests.aws import EmulatedStack, emulated
from tests.conftest import asked


@pytest.fixture
def deployed(request: pytest.FixtureRequest) -> Deployed:
    stack = asked(request.config)
    found = Deployed(stack=stack, session=boto3.Session())
    session = boto3.Session(region_name=found.settings.region)
    account = session.client("sts").get_caller_identity()["Account"]
    assert account == found.settings.account, f"these credentials are for {account}; nothing was done"
    return Deployed(stack=stack, session=session)


@pytest.fixture
def dev() -> Iterator[Emulated]:
    """The dev stack in an emulated AWS."""
    with emulated() as session:
        yield Emulated(EmulatedStack(session, "dev"))
