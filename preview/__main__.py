"""`python -m preview`."""

import gc
import sys

import sdk_importer
from preview.cli import main

# The run is short and ends with the process: looking for garbage while AWS's SDK is imported takes a sixth of its time,
# and once more at the end, if it is not told that nothing is, a tenth.
gc.disable()
sdk_importer.install()
if sys.argv[1:2] == ["diff"]:
    from differences.cli import main as diff

    status = diff(sys.argv[2:])
elif sys.argv[1:2] == ["list"]:
    from commands.cli import main as command

    status = command(sys.argv[1:])
else:
    status = main()
gc.freeze()
sys.exit(status)
