"""Client VPN's question: who is admitted, what it is told, and what is written down."""

import json

import pytest

from functions.client_vpn.handler import REFUSED, handle
from functions.common.entry import BadEventError
from functions.common.variables import VariableError

#: As Client VPN asks (its administrator guide, "Connection authorization").
QUESTION = {
    "connection-id": "cvpn-connection-0123456789abcdef0",
    "endpoint-id": "cvpn-endpoint-0123456789abcdef0",
    "common-name": "ada.laptop",
    "username": "ada@example.com",
    "platform": "linux",
    "platform-version": "24.04",
    "public-ip": "203.0.113.7",
    "client-openvpn-version": "2.6.12",
    "aws-client-version": "4.0.0",
    "groups": "administrators",
    "schema-version": "v3",
}


@pytest.fixture
def admits(monkeypatch):
    """Sets the list of networks."""

    def put(*networks):
        monkeypatch.setenv("ADMITS", json.dumps(networks))

    put("203.0.113.0/24", "198.51.100.8/32")
    return put


@pytest.mark.parametrize(
    ("address", "allow"),
    [
        ("203.0.113.0", True),
        ("203.0.113.255", True),
        ("198.51.100.8", True),
        ("203.0.114.0", False),
        ("198.51.100.9", False),
        ("2001:db8::1", False),
    ],
)
def test_the_address_decides(admits, context, address, allow):
    """Exactly the four words that Client VPN waits for; another form is a no."""
    assert handle({**QUESTION, "public-ip": address}, context) == {
        "allow": allow,
        "error-msg-on-denied-connection": "" if allow else REFUSED,
        "posture-compliance-statuses": [],
        "schema-version": "v3",
    }


@pytest.mark.parametrize(("address", "word"), [("203.0.113.7", "admitted"), ("192.0.2.1", "refused")])
def test_who_asked_is_written_down(admits, context, log, address, word):
    handle({**QUESTION, "public-ip": address}, context)
    line = log.records[-1]
    assert line["message"] == word
    wanted = {"address": address, "connection": QUESTION["connection-id"], "certificate": "ada.laptop"}
    assert wanted.items() <= line.items()
    assert line["user"] == "ada@example.com"


def test_what_a_client_says_of_itself_is_cut(admits, context, log):
    handle({**QUESTION, "common-name": "x" * 10_000}, context)
    assert log.records[-1]["certificate"] == "x" * 200


@pytest.mark.parametrize("address", [None, "", "here", 7, "203.0.113.7/24", ["203.0.113.7"]])
def test_a_question_without_an_address_is_refused(admits, context, address):
    """An error is a no: Client VPN opens the connection for an expected answer alone."""
    with pytest.raises(BadEventError):
        handle({**QUESTION, "public-ip": address}, context)


@pytest.mark.parametrize("networks", [[], ["203.0.113.7/24"], ["everybody"]])
def test_a_list_that_is_none_admits_nobody(admits, context, networks):
    admits(*networks)
    with pytest.raises(VariableError):
        handle(QUESTION, context)
