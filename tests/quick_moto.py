"""What moto and botocore make anew for each test or call, though it is the same each time: made once."""

from functools import cache, lru_cache
from string import ascii_letters, digits
from typing import Any

import pytest
from botocore import hooks, httpsession, session
from botocore.auth import SigV4Auth
from botocore.client import ClientCreator
from botocore.loaders import create_loader
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core import models, responses
from moto.core.utils import camelcase_to_underscores, method_names_from_class
from moto.kms import models as kms
from moto.moto_api._internal.moto_random import MotoRandom
from moto.sns.models import Subscription

DESCRIPTIONS = create_loader()  #: AWS's descriptions of its services, each read once
_names = cache(method_names_from_class)
_snake_case = cache(camelcase_to_underscores)
_key_of_kms = cache(kms.generate_private_key)
_context = cache(httpsession.create_urllib3_context)
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
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def _letters(self: MotoRandom, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
    found = "".join(self.choices(ascii_letters + digits * include_digits, k=length))
    return found.lower() if lower_case else found


def _sign(self: Any, request: Any) -> None:
    """The header that moto takes account, region and service from."""
    scope = f"{self.credentials.access_key}/20260101/{self._region_name}/{self._service_name}/aws4_request"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}"


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Before `mock_aws` begins: half of what a test with it takes.

    1,300 machine images, which nobody starts; the keys that KMS and a topic sign with, and requests' signatures, which
    nobody verifies; the methods of a class, which moto lists at each call, an operation's name in snake case, a
    request's id, letter by letter; 1,500 answers for the library `requests`, which nothing here calls AWS with; the
    class of a service's clients; what arguments a handler takes, of which each session registers 150; what an event
    is called, for which 80 names are tried; AWS's descriptions, which each session reads; all operations of a service,
    one of which might tell its address; and the certificates of authorities, whom nobody asks.
    """
    patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    patch.setattr(kms, "generate_private_key", _key_of_kms)
    patch.setattr(Subscription, "private_key", lambda _: _key())
    patch.setattr(responses, "method_names_from_class", _names)
    patch.setattr(responses, "camelcase_to_underscores", _snake_case)
    patch.setattr(MotoRandom, "get_random_string", _letters)
    patch.setattr(SigV4Auth, "add_auth", _sign)
    patch.setattr(models, "RESPONSES_METHODS", [])
    patch.setattr(ClientCreator, "_create_client_class", _client_class)
    patch.setattr(ClientCreator, "_register_endpoint_discovery", lambda *_: None)
    patch.setattr(session, "create_loader", lambda _: DESCRIPTIONS)
    patch.setattr(httpsession, "create_urllib3_context", _context)
    patch.setattr(hooks, "accepts_kwargs", _takes_all)
    patch.setattr(hooks.EventAliaser, "_alias_event_name", lambda _, name: _alias(name))
