"""`python -m docgen`: writes the generated parts of the documents; with --pictures the pictures too."""

import argparse
import gc

import sdk_importer
from docgen import network_pictures
from docgen.pictures import draw, drawn_from, source
from docgen.reading import ROOT, recordings, systems
from docgen.write import drawn, filled, pages

parser = argparse.ArgumentParser(prog="python -m docgen", description="Writes the generated parts of the documents.")
parser.add_argument("--pictures", action="store_true", help="draw the pictures too")
given = parser.parse_args()
sdk_importer.install()
gc.disable()  # as in `python -m preview`: the run is short and ends with the process
for folder in (ROOT, *systems()):
    stacks = recordings(folder)
    for page in pages(folder):
        old = page.read_text()
        if (new := filled(old, stacks, folder)) != old:
            page.write_text(new)
            print(f"wrote {page.relative_to(ROOT)}")
    for file, text in network_pictures.drawn(folder, stacks).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            print(f"drew {file.relative_to(ROOT)}")
    if given.pictures and folder == ROOT:
        for file, diagram in drawn(stacks).items():
            if not file.exists() or drawn_from(file.read_bytes()) != source(diagram):
                draw(diagram, file)
                print(f"drew {file.relative_to(ROOT)}")
