"""`python -m costs STACK [BEFORE]`: what a change costs, in Markdown for a pull request's comment."""

import argparse

import sdk_importer
from costs.comment import main

sdk_importer.install()
parser = argparse.ArgumentParser(prog="python -m costs", description="What a stack costs a month, in Markdown.")
parser.add_argument("stack", metavar="STACK", help="such as dev")
parser.add_argument("before", metavar="BEFORE", nargs="?", help="file with the rows of before, to compare with")
parser.add_argument("--rows", action="store_true", help="print the rows, for a later comparison")
given = parser.parse_args()
main(given.stack, "--rows" if given.rows else given.before)
