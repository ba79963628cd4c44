"""`./cloudplatform COMMAND …`, or `python -m commands COMMAND …`."""

import sys

from commands.cli import main

sys.exit(main(sys.argv[1:]))
