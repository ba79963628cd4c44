"""`python -m costs STACK [BEFORE]`: what a change costs, in Markdown for a pull request's comment."""

import sys

import sdk_importer
from costs.comment import main

sdk_importer.install()
main(*sys.argv[1:])
