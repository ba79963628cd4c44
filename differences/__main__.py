"""`python -m differences`."""

import sys

import sdk_importer

sdk_importer.install()

from differences.cli import main

sys.exit(main(sys.argv[1:]))
