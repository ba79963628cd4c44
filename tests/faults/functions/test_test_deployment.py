"""Faults of a new version and of ECS's events: no version goes on that did not answer, and no run is without an end."""

import contextlib
import socket
import threading

import pytest

from functions.common.entry import BadEventError
from functions.test_deployment.handler import TRIES, handle
from tests.faults.table import Fault, faults
from tests.functions.versions import hook_event

NAME = "test-deployment"


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"a version that {name}", holds="it is asked again, then taken back", given=given)
        for name, given in {
            "hangs up": [0],
            "redirects elsewhere": [302],
            "answers once and then fails": [200, 500],
            "has no health path": [404],
        }.items()
    ),
)  # fmt: skip
def test_bad_versions(version, context, fault):
    event = hook_event(version.url)
    for number in range(TRIES):
        version.statuses[:] = fault.given
        answer = handle(event, context)
        event = {**event, "hookDetails": answer.get("hookDetails", {})}
        assert answer["hookStatus"] == ("FAILED" if number == TRIES - 1 else "IN_PROGRESS")


@faults(
    NAME,
    Fault(name="nobody", broken="nothing listens there", holds="it is asked again", given="https://localhost:1/"),
    Fault(name="no-name", broken="the host has no address", holds="it is asked again", given="https://no.invalid/"),
    Fault(name="plain", broken="the port speaks no TLS", holds="it is asked again", given=None),
)
def test_unreachable(context, fault):
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=_says_hello, args=(plain,), daemon=True).start()
        url = fault.given or f"https://localhost:{plain.getsockname()[1]}/"
        assert handle(hook_event(url), context)["hookStatus"] == "IN_PROGRESS"


def _says_hello(plain):
    with contextlib.suppress(OSError), plain.accept()[0] as caller:
        caller.sendall(b"hello\r\n")


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"hookDetails with {name}", holds="the run fails, so that ECS goes back", given=given)
        for name, given in {
            "no URL": {"url": ""},
            "a number for the header": {"header": 7},
            "a word for a status": {"status": "fine"},
            "half a range": {"status": "200-"},
            "a word for the tries": {"tried": "1"},
            "true for the tries": {"tried": True},
        }.items()
    ),
)  # fmt: skip
def test_bad_details(context, fault):
    event = hook_event("https://localhost:1/")
    event["hookDetails"].update(fault.given)
    with pytest.raises(BadEventError):
        handle(event, context)
