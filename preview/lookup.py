"""Resources of a recording, found by their type's last words: `ec2.Subnet`."""

from collections.abc import Mapping

from preview.recording import RecordedResource, Recording

Recordings = Mapping[str, Recording]  #: by stack


def of(stack: Recording, kind: str) -> list[RecordedResource]:
    """The resources of a type by its last word and its module: `ec2.Subnet`."""
    module, _, class_ = kind.partition(".")
    return stack.of(f"aws:{module}/{class_[0].lower()}{class_[1:]}:{class_}")


def one(stack: Recording, kind: str) -> RecordedResource:
    """The only one."""
    [found] = of(stack, kind)
    return found


def by_id(stack: Recording, kind: str) -> dict[str, RecordedResource]:
    """The resources of a type by their id."""
    return {str(each.id): each for each in of(stack, kind)}
