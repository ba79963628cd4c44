"""Items over HTTP, in a real PostgreSQL."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.requirement("CP-APP-08", "CP-APP-12")

LAMP = {"name": "Lamp", "description": "Gives light.", "price": "19.90"}


def make(client: TestClient, **changes: object) -> dict[str, Any]:
    answer = client.post("/items", json={**LAMP, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_item_is_created_and_read_back(client: TestClient) -> None:
    """What was sent comes back from where Location says, with an id and the database's times."""
    answer = client.post("/items", json=LAMP)
    made = answer.json()
    assert answer.status_code == 201
    assert {key: made[key] for key in LAMP} == LAMP
    assert answer.headers["Location"] == f"/items/{made['id']}"
    assert client.get(answer.headers["Location"]).json() == made
    assert made["created_at"] == made["updated_at"]


def test_an_item_is_replaced(client: TestClient) -> None:
    """The new content is whole, the id and the time of creation stay, the time of change moves."""
    made = make(client)
    answer = client.put(f"/items/{made['id']}", json={"name": "Torch", "price": 5})
    replaced = answer.json()
    assert answer.status_code == 200
    assert (replaced["name"], replaced["description"], replaced["price"]) == ("Torch", "", "5.00")
    assert (replaced["id"], replaced["created_at"]) == (made["id"], made["created_at"])
    assert replaced["updated_at"] > made["updated_at"]
    assert client.get(f"/items/{made['id']}").json() == replaced


def test_an_item_is_deleted(client: TestClient) -> None:
    """Once; then it is not there."""
    path = f"/items/{make(client)['id']}"
    assert client.delete(path).status_code == 204
    assert [client.get(path).status_code, client.delete(path).status_code] == [404, 404]


def test_items_are_listed_in_pages(client: TestClient) -> None:
    """By id; a page begins after the last of the one before, and the last page is empty."""
    ids = [make(client, name=f"Lamp {number}")["id"] for number in range(5)]
    seen, after = [], 0
    while page := client.get("/items", params={"after": after, "limit": 2}).json():
        assert len(page) <= 2
        seen += [item["id"] for item in page]
        after = seen[-1]
    assert seen == sorted(ids)
    assert [item["id"] for item in client.get("/items").json()] == seen


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_an_item_that_is_not_there(client: TestClient, method: str) -> None:
    """404, with a sentence."""
    answer = client.request(method, "/items/77", json=LAMP if method == "put" else None)
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such item."})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": None}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"description": "a\x00b"}, "description"),  # PostgreSQL cannot hold it
        ({"price": "-0.01"}, "price"),
        ({"price": "0.001"}, "price"),
        ({"price": "100000000"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"colour": "red"}, "colour"),
        ({"id": 7}, "id"),
    ],
)
def test_what_is_wrong_is_refused(client: TestClient, changes: dict[str, object], field: str) -> None:
    """422 that names the field, and nothing is kept; replacing refuses the same."""
    made = make(client)
    for answer in (
        client.post("/items", json={**LAMP, **changes}),
        client.put(f"/items/{made['id']}", json={**LAMP, **changes}),
    ):
        assert answer.status_code == 422
        assert [each["loc"] for each in answer.json()["detail"]] == [["body", field]]
    assert client.get("/items").json() == [made]


@pytest.mark.parametrize("path", ["/items/0", "/items/-1", "/items/x", f"/items/{2**63}", f"/items?after={2**63}"])
def test_ids_that_no_item_can_have_are_refused(client: TestClient, path: str) -> None:
    """Before the database sees them: it could not hold them."""
    assert client.get(path).status_code == 422


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FORM = st.fixed_dictionaries(
    {"name": st.text(max_size=120) | JSON, "price": st.decimals(allow_nan=True).map(str) | JSON},
    optional={"description": st.text(alphabet=st.characters(), max_size=50) | JSON},
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=FORM | JSON)
def test_no_content_makes_it_fail(client: TestClient, body: object) -> None:
    """Any JSON is kept as it was sent, or refused: never an error of ours."""
    answer = client.post("/items", json=body)
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 201:
        assert client.get(answer.headers["Location"]).json() == answer.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 5000,
        b'{"name": "\\ud800", "price": 1}',
        b'{"\\ud800": 1}',
        b'{"name": "a", "price": 1e999}',
    ],
)
def test_no_bytes_make_it_fail(client: TestClient, body: bytes) -> None:
    """Broken JSON, half a surrogate pair, bytes that are no UTF-8, a number without end, deep nesting."""
    answer = client.post("/items", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
