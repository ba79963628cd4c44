"""A function's declaration: what AWS must give it. No handler imports more than this at preview time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

RUNTIME = "python3.12"  #: of AWS Lambda
ANY = "any"  #: the key of actions that AWS offers no resource for, or that must find the resource first


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition:
    """One function. Its role, its archive and its configuration follow from this; a test holds it to its handler.

    Actions stand by the word for what they act on. Whoever builds the role says which ARNs a word means.
    """

    name: str
    purpose: str
    handler: str
    seconds: int  #: in which it must be done
    memory: int = 256  #: MB
    at_once: int = 1  #: runs side by side, at most; what comes meanwhile waits
    variables: tuple[str, ...] = ()  #: of its environment; each must be there and not empty
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])  #: what it calls
    implied: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What AWS asks of the role beyond the calls themselves, such as the key behind a secret."""
    distributions: tuple[str, ...] = ()  #: pure-Python packages that only it needs
    in_vpc: bool = False  #: it talks to something that only the VPC reaches

    @property
    def folder(self) -> str:
        """Where its code is, from the project's root."""
        return "/".join(self.handler.split(".")[:2])
