"""The README's picture of the page: its first screen in Chromium. `make picture` writes it; .ci/chromium installs one.

The same bytes for the same page, Chromium and fonts; other fonts draw other letters, so no test compares it.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import sync_playwright

from preview.cli import main as preview
from preview.stack import ROOT

FILE: Final = ROOT / "docs" / "report.png"
WIDTH, HEIGHT = 1280, 900
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def shot(page: Path, file: Path) -> None:
    """The first screen of a page, as PNG. Raises FileNotFoundError where no Chromium is."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        raise FileNotFoundError("Chromium is missing: .ci/chromium installs it")
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=browser, args=["--no-sandbox", "--hide-scrollbars"])
        opened = launched.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        opened.goto(page.as_uri())
        opened.screenshot(path=file, animations="disabled", caret="hide")
        launched.close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        preview(["prod", "--out", str(page)])
        if not page.exists():
            sys.exit("prod has no preview")
        shot(page, FILE)
