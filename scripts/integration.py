"""The integration tests of a deployed environment: `python3 -m scripts.integration https://api.staging.yourname.com`.

Each asks the application from outside and looks at what surrounds it: the database, the cache, the load balancer. They
make items of their own and delete them. Python's standard library alone, since GitHub's runners have that. Exit
status: 0 all hold, 1 one does not.
"""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

LAMP: Final = {"name": "Integration test", "description": "Deleted at once.", "price": "19.90"}


@dataclass(frozen=True)
class ApiAnswer:
    """What the application said."""

    status: int
    headers: Mapping[str, str]  #: their names in lower case
    body: Any  #: of JSON; None where there is none


class Ask(Protocol):
    """Asks the application: a method, a path, and what is sent as JSON."""

    def __call__(self, method: str, path: str, sent: object = None) -> ApiAnswer:
        """The answer, whatever its status."""
        ...


def over_https(url: str) -> Ask:
    """Asks an application where it is deployed."""

    def ask(method: str, path: str, sent: object = None) -> ApiAnswer:
        body = None if sent is None else json.dumps(sent).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "integration-tests"}
        request = urllib.request.Request(url + path, data=body, method=method, headers=headers)  # noqa: S310, RUF100
        try:
            answer = urllib.request.urlopen(request, timeout=10)  # noqa: S310, RUF100 the URL is the workflow's own
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read()
            said = {name.lower(): value for name, value in answer.headers.items()}
        return ApiAnswer(
            answer.status or 0, said, json.loads(text) if said.get("content-type") == "application/json" else None
        )

    return ask


def same(found: object, wanted: object, what: str) -> None:
    """Raise AssertionError unless both are the same."""
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, not {wanted!r}")


@contextmanager
def _item(ask: Ask) -> Generator[dict[str, Any]]:
    """An item of our own, which is gone afterwards, whatever happens."""
    made = ask("POST", "/items", LAMP)
    same(made.status, 201, "creating")
    try:
        yield made.body
    finally:
        ask("DELETE", f"/items/{made.body['id']}")


def everything_answers(ask: Ask) -> None:
    """The application reaches its database and its cache; 200 alone would hide that the cache is down."""
    found = ask("GET", "/health")
    same((found.status, found.body["status"]), (200, "ok"), "health")
    same(
        {name: each["status"] for name, each in found.body["dependencies"].items()},
        {"cache": "up", "database": "up"},
        "health",
    )


def what_is_written_is_read(ask: Ask) -> None:
    """Through the database and back, at the address that the answer names, and in the list."""
    with _item(ask) as made:
        same({key: made[key] for key in LAMP}, LAMP, "the new item")
        same(ask("GET", f"/items/{made['id']}").body, made, "the item, read")
        same(ask("GET", f"/items/{made['id']}").body, made, "the item, read from the cache")
        same(ask("GET", f"/items?after={made['id'] - 1}&limit=1").body, [made], "the item, in the list")


def what_is_replaced_is_new(ask: Ask) -> None:
    """No old copy comes from the cache, whichever task answers."""
    with _item(ask) as made:
        ask("GET", f"/items/{made['id']}")
        replaced = ask("PUT", f"/items/{made['id']}", {**LAMP, "name": "Renamed"})
        same((replaced.status, replaced.body["name"]), (200, "Renamed"), "replacing")
        for _ in range(5):
            same(ask("GET", f"/items/{made['id']}").body["name"], "Renamed", "the item, read again")


def what_is_deleted_is_gone(ask: Ask) -> None:
    """From the cache too."""
    with _item(ask) as made:
        ask("GET", f"/items/{made['id']}")
        same(ask("DELETE", f"/items/{made['id']}").status, 204, "deleting")
        same(ask("GET", f"/items/{made['id']}").status, 404, "the item, deleted")


def nonsense_is_refused(ask: Ask) -> None:
    """With the client's fault named as such, and nothing kept."""
    for sent in ({**LAMP, "price": -1}, {**LAMP, "name": ""}, {**LAMP, "colour": "red"}, {"name": "Lamp"}):
        same(ask("POST", "/items", sent).status, 422, f"creating {sent}")
    same(ask("GET", "/items/0").status, 422, "an item without a number")
    same(ask("GET", "/nowhere").status, 404, "a path that is not there")


def requests_have_a_name(ask: Ask) -> None:
    """Each its own, by which its log lines are found."""
    names = {ask("GET", "/health/live").headers.get("x-request-id") for _ in range(2)}
    same((len(names), None in names), (2, False), "the requests' names")


CHECKS: Final[tuple[Callable[[Ask], None], ...]] = (
    everything_answers,
    what_is_written_is_read,
    what_is_replaced_is_new,
    what_is_deleted_is_gone,
    nonsense_is_refused,
    requests_have_a_name,
)


def run(ask: Ask) -> list[str]:
    """What does not hold, a line each. Every check is tried."""
    found: list[str] = []
    for check in CHECKS:
        try:
            check(ask)
        except Exception as error:
            found.append(f"{check.__name__}: {type(error).__name__}: {error}")
    return found


def main(words: list[str]) -> int:
    """Test what a URL leads to. The exit status is the module's."""
    [url] = words
    found = run(over_https(url.rstrip("/")))
    sys.stdout.write("".join(f"FAILED {line}\n" for line in found) or f"{len(CHECKS)} integration tests hold\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
