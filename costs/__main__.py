"""`python -m costs STACK [BEFORE]`: what a change costs, in Markdown for a pull request's comment."""

import sys

from costs.comment import main

main(*sys.argv[1:])
