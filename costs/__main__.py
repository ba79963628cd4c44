"""`python -m costs [--project FOLDER] STACK…`: what stacks cost a month, in Markdown."""

import sys

import sdk_importer
from costs.cli import main

sdk_importer.install()
sys.exit(main(sys.argv[1:]))
