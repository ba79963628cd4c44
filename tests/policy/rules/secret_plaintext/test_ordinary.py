"""Whatever is random: ordinary values are no secrets, and literals under a sure name are."""

from __future__ import annotations

import base64
import json
import string
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guard.rules.secret_plaintext.detection import (
    _CALLED,
    drawn,
    literal,
    name_class,
)
from guard.rules.secret_plaintext.scripts import hits, in_script
from tests.policy.rules.secret_plaintext.invented import SURE

# --- properties ---

HEX = "0123456789abcdef"
WORD = st.text(string.ascii_lowercase, min_size=2, max_size=9)
KEBAB = st.lists(WORD, min_size=1, max_size=5).map("-".join)
UUID = st.uuids().map(str)
DIGEST = st.sampled_from((32, 40, 64)).flatmap(lambda size: st.text(HEX, min_size=size, max_size=size))
NUMBER = st.integers(0, 10**12).map(str)
ARN = st.builds("arn:aws:{}:eu-west-1:111122223333:{}/{}".format, WORD, WORD, KEBAB | UUID)
IMAGE = st.builds("{}.dkr.ecr.eu-west-1.amazonaws.com/{}@sha256:{}".format, NUMBER, KEBAB, DIGEST)
URL = st.builds("https://{}.example:{}/{}?page={}".format, KEBAB, st.integers(1, 65535), KEBAB, WORD)
PATH = st.lists(KEBAB, min_size=2, max_size=5).map(lambda parts: "/" + "/".join(parts))
VERSION = st.builds("{}.{}.{}-rc.{}+{}".format, NUMBER, NUMBER, NUMBER, NUMBER, WORD)
BUCKET = st.builds("{}-eu-west-1-{}".format, KEBAB, st.integers(10**11, 10**12 - 1))
JSON = st.dictionaries(KEBAB, st.booleans() | st.integers() | KEBAB, max_size=5).map(json.dumps)
CONFIG = JSON.map(lambda text: base64.b64encode(text.encode()).decode())
TIME = st.datetimes().map(lambda when: when.isoformat())
ORDINARY = st.one_of(UUID, DIGEST, NUMBER, ARN, IMAGE, URL, PATH, VERSION, BUCKET, JSON, CONFIG, TIME, KEBAB)
INNOCENT = st.sampled_from(
    (
        "LOG_LEVEL",
        "BUCKET",
        "IMAGE",
        "COMMIT_SHA",
        "TENANT_ID",
        "TRACE_PARENT",
        "FEATURES",
        "ENDPOINT",
        "RELEASE",
        "TABLE",
    )
)


@settings(max_examples=400, deadline=None)
@given(INNOCENT, ORDINARY)
def test_ordinary_values_under_ordinary_names_are_no_secrets(name: str, value: str) -> None:
    assert list(hits({name: value})) == []


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SURE), st.one_of(ARN, URL, PATH))
def test_references_are_no_secrets_under_any_name(name: str, value: str) -> None:
    assert list(hits({name: value})) == []


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(("_ARN", "_NAME", "_ID", "_URL", "_PATH", "_TTL", "_LENGTH", "_POLICY", "_FILE")),
    st.sampled_from(SURE),
    ORDINARY,
)
def test_a_name_of_something_about_a_secret_is_no_secret(suffix: str, name: str, value: str) -> None:
    assert list(hits({name + suffix: value})) == []


CHOSEN = st.text(string.ascii_letters + string.digits + "!%*-_+,.", min_size=8, max_size=40).filter(
    lambda text: literal(text) and not text.startswith(("-", "_"))
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(("DB_PASSWORD", "dbPassword", "API_TOKEN", "client-secret")), CHOSEN)
def test_any_literal_under_a_sure_name_is_told_and_never_shown(name: str, value: str) -> None:
    """But for the name of a secret (`aPassword`), which a token or a secret may be called by; a password never is."""
    assume(name.lower().endswith("password") or not _CALLED.fullmatch(value))
    for form in ({name: value}, [{"name": name, "value": value}], json.dumps({name: value})):
        (hit,) = hits(form)
        assert hit.name == name
        assert value not in hit.what


RANDOM = st.text(string.ascii_letters + string.digits, min_size=24, max_size=40)


@settings(max_examples=300, deadline=None)
@given(RANDOM)
def test_most_random_values_are_told_under_half_a_name(value: str) -> None:
    """Where it is not, the value is one that a person might have written: few digits, or few turns."""
    digits = sum(char.isdigit() for char in value)
    assert drawn(value) or digits < 2 or value.islower() or value.isupper() or _turns(value) < 0.3


def _turns(value: str) -> float:
    kinds = ["0" if char.isdigit() else "a" if char.islower() else "A" for char in value]
    return sum(a != b for a, b in pairwise(kinds)) / len(value)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    list(in_script(text))
    list(hits({text: text}))
    name_class(text)
