"""Faults of Client VPN's questions and of the list: whatever is wrong, nobody is admitted."""

import pytest

from functions.client_vpn.handler import handle
from functions.common.entry import BadEventError
from functions.common.variables import VariableError
from tests.faults.table import Fault, faults

NAME = "client-vpn"
REFUSED = "the run fails, which Client VPN takes for a no"


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"a question with {name}", holds=REFUSED, given=given)
        for name, given in {
            "no address": {},
            "an empty address": {"public-ip": ""},
            "a name for the address": {"public-ip": "localhost"},
            "a number for the address": {"public-ip": 3405803783},
            "a network for the address": {"public-ip": "203.0.113.0/24"},
            "digits that nobody writes": {"public-ip": "0313.0.0161.07"},
            "two addresses": {"public-ip": ["203.0.113.7", "192.0.2.1"]},
        }.items()
    ),
)  # fmt: skip
def test_bad_questions(context, monkeypatch, fault):
    monkeypatch.setenv("ADMITS", '["0.0.0.0/0"]')
    with pytest.raises(BadEventError):
        handle({"schema-version": "v3", **fault.given}, context)


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"a list that is {name}", holds=REFUSED, given=given)
        for name, given in {
            "missing": None,
            "empty": "[]",
            "no JSON": "203.0.113.0/24",
            "a text": '"203.0.113.0/24"',
            "of numbers": "[3405803783]",
            "with an address inside a network": '["203.0.113.0/24", "198.51.100.8/24"]',
        }.items()
    ),
)  # fmt: skip
def test_bad_lists(context, monkeypatch, fault):
    if fault.given is None:
        monkeypatch.delenv("ADMITS", raising=False)
    else:
        monkeypatch.setenv("ADMITS", fault.given)
    with pytest.raises(VariableError):
        handle({"public-ip": "203.0.113.7"}, context)
