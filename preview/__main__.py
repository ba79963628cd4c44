"""`python -m preview`."""

import gc
import sys

import sdk_importer
from preview.cli import main

# The run is short and ends with the process: looking for garbage while AWS's SDK is imported takes a sixth of its time.
gc.disable()
sdk_importer.install()
sys.exit(main(fork=True))
