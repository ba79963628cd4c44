"""`./cloudplatform WORD …`, or `python -m commands WORD …`."""

import sys

from commands.words import main

sys.exit(main(sys.argv[1:]))
