"""Work in parts, of which one may fail: every part is tried, and whatever failed is raised at the end."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Failures:
    """What failed so far."""

    found: list[Exception] = field(default_factory=list[Exception])

    @contextmanager
    def kept(self) -> Generator[None]:
        """Keep the failure of one part, so that the others are tried too."""
        try:
            yield
        except Exception as error:
            self.found.append(error)

    def raise_(self, message: str) -> None:
        """Raise what failed: one failure as it is, several together."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise ExceptionGroup(message, self.found)
