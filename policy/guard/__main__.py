"""`python -m guard check FILE...`: the rules without the engine; guard.cli.check says more."""

import sys

from guard.cli.check import main

if __name__ == "__main__":
    sys.exit(main())
