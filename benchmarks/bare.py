"""The program under the SDK's own mocks and nothing else: what any offline run of it costs at least."""

import asyncio
import os
import runpy
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PROJECT = "cloudplatform"


def main(stack: str) -> None:
    """Run the program for a stack as at a first preview: nothing is known of what AWS decides."""
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    import pulumi
    from pulumi.runtime import mocks
    from pulumi.runtime.stack import run_pulumi_func

    from settings.file import stackfile

    class Mocks(mocks.Mocks):
        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            return "", args.inputs

        def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
            return {}

    found = stackfile.load(Path(f"Pulumi.{stack}.yaml"), PROJECT)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(Mocks(), project=PROJECT, stack=stack, preview=True)
    pulumi.runtime.set_all_config(found.config, list(found.secret_keys))
    loop.run_until_complete(run_pulumi_func(lambda: runpy.run_path("__main__.py", run_name="__main__")))


if __name__ == "__main__":
    main(sys.argv[1])
