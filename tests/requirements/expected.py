"""Figures of the ledger that several areas' proofs share: copied from its `sizing`, never from the program."""

import pytest

ENVIRONMENTS = ("dev", "staging", "prod")
STACKS = (*ENVIRONMENTS, "shared")
ACCOUNT, REGION = "123456789012", "us-east-1"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
ANYWHERE = "0.0.0.0/0"
EPHEMERAL = (1024, 65535)

VPC = {"dev": "10.0.0.0/16", "staging": "10.1.0.0/16", "prod": "10.2.0.0/16"}
SUBNETS = {
    "dev": {
        "public": ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
        "private": ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"],
        "data": ["10.0.21.0/24", "10.0.22.0/24", "10.0.23.0/24"],
    },
    "staging": {
        "public": ["10.1.1.0/24", "10.1.2.0/24", "10.1.3.0/24"],
        "private": ["10.1.11.0/24", "10.1.12.0/24", "10.1.13.0/24"],
        "data": ["10.1.21.0/24", "10.1.22.0/24", "10.1.23.0/24"],
    },
    "prod": {
        "public": ["10.2.1.0/24", "10.2.2.0/24", "10.2.3.0/24"],
        "private": ["10.2.11.0/24", "10.2.12.0/24", "10.2.13.0/24"],
        "data": ["10.2.21.0/24", "10.2.22.0/24", "10.2.23.0/24"],
    },
}

requirement = pytest.mark.requirement
environments = pytest.mark.parametrize("stack", ENVIRONMENTS)
stacks = pytest.mark.parametrize("stack", STACKS)
shared = pytest.mark.parametrize("stack", ["shared"])
