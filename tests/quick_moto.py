"""What moto and botocore make anew for each test or call, though it is the same each time: made once."""

from functools import cache, lru_cache
from typing import Any

import pytest
from botocore import hooks
from botocore.client import ClientCreator
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core import models, responses
from moto.core.utils import method_names_from_class
from moto.kms import models as kms
from moto.sns.models import Subscription

_names = cache(method_names_from_class)
_key_of_kms = cache(kms.generate_private_key)
_takes_all = lru_cache(512)(hooks.accepts_kwargs)
_aliases = hooks.EventAliaser(None)
_alias = cache(_aliases._alias_event_name)
_create = ClientCreator._create_client_class
_classes: dict[str, type] = {}


def _client_class(self: Any, service_name: str, service_model: Any) -> type:
    if service_name not in _classes:
        _classes[service_name] = _create(self, service_name, service_model)
    return _classes[service_name]


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Before `mock_aws` begins: half of what a test with it takes.

    1,300 machine images, which nobody starts; the keys that KMS and a topic sign with, which nobody verifies; the
    methods of a class, which moto lists at each call; 1,500 answers for the library `requests`, which nothing here
    calls AWS with; the class of a service's clients; what arguments a handler takes, of which each session registers
    150; and what an event is called, for which 80 names are tried.
    """
    patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    patch.setattr(kms, "generate_private_key", _key_of_kms)
    patch.setattr(Subscription, "private_key", lambda _: _key())
    patch.setattr(responses, "method_names_from_class", _names)
    patch.setattr(models, "RESPONSES_METHODS", [])
    patch.setattr(ClientCreator, "_create_client_class", _client_class)
    patch.setattr(hooks, "accepts_kwargs", _takes_all)
    patch.setattr(hooks.EventAliaser, "_alias_event_name", lambda _, name: _alias(name))
