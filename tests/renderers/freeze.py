"""Write this version's page into `pages/`, for all later ones to open: `python -m tests.renderers.freeze`."""

from __future__ import annotations

from pathlib import Path

from itk.renderers.viewer.index import VERSION
from tests.renderers import build
from tests.renderers.viewer import reading

PAGES = Path(__file__).parent / "pages"


def freeze() -> None:
    page = reading.page(build.poison())
    (PAGES / f"v{VERSION}.html").write_text(page, encoding="utf-8")
    (PAGES / f"v{VERSION}.index.json").write_text(reading.data(page, "index")[0] + "\n", encoding="utf-8")


if __name__ == "__main__":
    freeze()
