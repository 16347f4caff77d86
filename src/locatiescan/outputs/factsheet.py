"""Factsheets: a location on two pages of A4, as HTML without scripts and as PDF."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import numpy as np

from locatiescan.outputs.factsheet_drawing import Mark, Picture
from locatiescan.outputs.factsheet_pdf import as_pdf
from locatiescan.outputs.factsheet_record import HOW_TO_READ, LATEST, MARK_MEANS, Factsheet
from locatiescan.whole import written_whole

ASSETS = Path(__file__).with_name("assets")


def write_factsheet(sheet: Factsheet, folder: Path, slug: str) -> tuple[Path, Path]:
    """Write one factsheet as ``<slug>_<locatie>.html`` and ``.pdf``.

    Returns
    -------
    tuple of Path
        The two files; whatever a name holds, no two locations share one and none leaves the folder.

    Raises
    ------
    OutputError
        If it does not fit two pages, or cannot be written.
    """
    stem = f"{slug}_{quote(sheet.name, safe='')}"
    page, pdf = folder / f"{stem}.html", folder / f"{stem}.pdf"
    for path, content in ((page, as_html(sheet).encode()), (pdf, as_pdf(sheet))):
        with written_whole(path) as temporary:
            temporary.write_bytes(content)
    return page, pdf


def as_html(sheet: Factsheet) -> str:
    """One page that fetches nothing and runs nothing; its policy allows only its own style."""
    css = (ASSETS / "factsheet.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    pictures = {"map": _svg(sheet.map), "plan": sheet.plan and _svg(sheet.plan)}
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined
    )
    words = {"latest": LATEST, "how_to_read": HOW_TO_READ, "mark_means": MARK_MEANS}
    return environment.get_template("factsheet.html").render(sheet=sheet, css=css, policy=policy, **pictures, **words)


def _svg(picture: Picture) -> dict[str, Any]:
    """A picture as the template writes it: paths of numbers, and texts that it escapes."""
    marks = [
        {"style": mark.style, "path": _path(mark)} if isinstance(mark, Mark) else {"word": mark}
        for mark in picture.marks
    ]
    return {"picture": picture, "marks": marks}


def _path(mark: Mark) -> str:
    return "".join(f"M{_points(line)}{'Z' if mark.closed else ''}" for line in mark.lines)


def _points(line: np.ndarray) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in line.tolist())
