"""`python -m guard check FILE...`: the rules without the engine; guard.check says more."""

import sys

from guard.check import main

if __name__ == "__main__":
    sys.exit(main())
