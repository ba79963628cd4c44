"""Which default providers a stack file disables: the engine refuses what needs one of them, and so does the preview."""

import json
from typing import Any, Final, cast

from preview.causes import FilePositions
from preview.recording import Recording
from preview.stack import PreviewError

DISABLED: Final = "pulumi:disable-default-providers"


def refuse_disabled(recording: Recording, positions: FilePositions) -> None:
    """Raise PreviewError where a resource needs a default provider that is disabled.

    As the engine has it (pulumi/pulumi, pkg/resource/deploy/default_providers.go, shouldDenyRequest).
    """
    disabled = _disabled(recording)
    needed = {each.package: each for each in recording.resources.values()
              if (each.custom or each.remote) and not each.provider and each.package != "pulumi"}  # fmt: skip
    barred = sorted(needed.keys() & disabled if "*" not in disabled else needed)
    if barred:
        explicit = sorted({each.package for each in recording.resources.values() if each.provider} - needed.keys())
        advice = f"write [{', '.join(explicit)}], or remove it" if explicit else "remove it"
        missed = ", ".join(f"{needed[package].name} needs that of {package}" for package in barred)
        where = positions.named((DISABLED,)) if (DISABLED,) in positions.positions else DISABLED
        raise PreviewError(f"{where}: Pulumi would refuse the program, for {missed}; {advice}")


def _disabled(recording: Recording) -> set[str]:
    try:
        found: Any = json.loads(recording.config.get(DISABLED) or "[]")
    except ValueError:  # what our own settings refuse, another program's may hold: the engine tells it
        return set()
    return {str(each).strip() for each in cast(list[Any], found)} if isinstance(found, list) else set()
