"""`python3 load_test.py https://api.your-domain.com`: batches of logs to a deployed stack, and how it answers.

The API key is read from the variable API_KEY. 150 batches of 100 logs, ten at a time, are 15,000 logs and stay below
the web ACL's 2,000 requests in five minutes. Exit status: 0 all were taken, and the 99th percentile is below half
a second. Python's standard library alone, so it runs anywhere.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

BATCHES, LOGS, AT_ONCE = 150, 100, 10
SLOWEST: Final = 0.5  #: seconds, of the 99th percentile
Send = Callable[[bytes], int]  #: a body, and the status that comes back


@dataclass(frozen=True)
class LoadResult:
    """What the load showed."""

    refused: int
    p99: float  #: seconds

    @property
    def well(self) -> bool:
        """Whether everything was taken, and fast enough."""
        return not self.refused and self.p99 < SLOWEST

    def text(self) -> str:
        """One line."""
        return f"{BATCHES * LOGS} logs, {self.refused} of {BATCHES} batches refused, p99 {self.p99 * 1000:.0f} ms"


def over_https(url: str, key: str) -> Send:
    """Sends to a deployed stack."""

    def send(body: bytes) -> int:
        headers = {"Content-Type": "application/json", "X-API-Key": key, "User-Agent": "load-test"}
        request = urllib.request.Request(f"{url}/api/logs/ingest", body, headers)  # noqa: S310, RUF100 the caller's URL
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310, RUF100
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    return send


def run(send: Send) -> LoadResult:
    """Send everything."""
    lines = [{"source": "load-test", "message": f"line {number}", "severity": "low"} for number in range(LOGS)]
    body = json.dumps({"logs": lines}).encode()

    def timed(_: int) -> tuple[int, float]:
        began = time.monotonic()
        return send(body), time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(timed, range(BATCHES)))
    slow = sorted(seconds for _, seconds in found)
    return LoadResult(sum(status != 202 for status, _ in found), slow[int(len(slow) * 0.99)])


def main(words: list[str]) -> int:
    """Load what a URL leads to."""
    [url] = words
    found = run(over_https(url.rstrip("/"), os.environ["API_KEY"]))
    sys.stdout.write(found.text() + "\n")
    return 0 if found.well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
