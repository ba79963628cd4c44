"""What moto makes anew for each test or call, though it is the same each time: made once."""

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core import models, responses
from moto.core.utils import method_names_from_class
from moto.sns.models import Subscription

_names = cache(method_names_from_class)


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Before `mock_aws` begins: half of what a test with it takes.

    The key that a topic's messages are signed with, which nobody verifies here; the methods of a class, which moto
    lists at each call; and 1,500 answers for the library `requests`, which nothing here calls AWS with.
    """
    patch.setattr(Subscription, "private_key", lambda _: _key())
    patch.setattr(responses, "method_names_from_class", _names)
    patch.setattr(models, "RESPONSES_METHODS", [])
