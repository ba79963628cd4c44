"""`python -m docgen`: writes the generated parts of the documents; with --pictures the pictures too."""

import argparse
import gc

import sdk_importer
from docgen.diagrams import diagrams
from docgen.pictures import draw, drawn_from, source
from docgen.reading import recordings
from docgen.write import FOLDER, filled, pages

parser = argparse.ArgumentParser(prog="python -m docgen", description="Writes the generated parts of the documents.")
parser.add_argument("--pictures", action="store_true", help="draw the pictures under docs/diagrams too")
given = parser.parse_args()
sdk_importer.install()
gc.disable()  # as in `python -m preview`: the run is short and ends with the process
stacks = recordings()
for page in pages():
    old = page.read_text()
    if (new := filled(old, stacks)) != old:
        page.write_text(new)
        print(f"wrote {page.name}")
if given.pictures:
    FOLDER.mkdir(exist_ok=True)
    for diagram in diagrams(stacks):
        file = FOLDER / f"{diagram.name}.png"
        if not file.exists() or drawn_from(file.read_bytes()) != source(diagram):
            draw(diagram, file)
            print(f"drew {file.name}")
