"""`python -m docgen.terminal`: the README's first picture, which is what a terminal shows of prod's preview."""

import sdk_importer
from docgen.reading import ROOT
from preview.engine import previews
from preview.render import picture
from preview.stack import open_stack

if __name__ == "__main__":
    sdk_importer.install()
    for each in previews([open_stack("prod", folder=ROOT)]):
        (ROOT / "docs/preview.svg").write_text(picture(each.document, "./cloudplatform preview prod"))
