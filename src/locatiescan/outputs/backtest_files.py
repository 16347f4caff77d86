"""The files of a backtest: a table, and a page that prints, fetches nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from locatiescan import __version__
from locatiescan.analysis.answering.dutch import counted, day, plain
from locatiescan.analysis.studying.backtest import BUITEN, DEELS, Finding
from locatiescan.analysis.studying.backtest_table import table
from locatiescan.analysis.studying.backtest_words import by_name, lines, notes, stands_now
from locatiescan.model import JA, NEE, ONBEKEND
from locatiescan.outputs.csvfile import write_csv
from locatiescan.outputs.tables import DISCLAIMER, FICTITIOUS
from locatiescan.whole import written_whole

ASSETS = Path(__file__).with_name("assets")
STEM = "backtest"
TONES: Mapping[str, str] = {JA: "goed", ONBEKEND: "twijfel", DEELS: "twijfel", NEE: "fout", BUITEN: "vlak"}
READ_THIS = (
    "Links staat wat er is vastgelegd, rechts wat de scan zegt met het recht van de dag van de uitkomst. Of de redenen "
    "overeenkomen, beoordeelt u zelf. Rang en score zijn die van de scan van nu."
)


@dataclass(frozen=True)
class Backtest:
    """Known outcomes held against a run, with where both came from."""

    region: str
    findings: Sequence[Finding]
    measured: str
    """Day of the run, ISO 8601."""
    term_years: float | None
    """Term that was asked for; None where nothing was answered."""
    sites_file: str
    sites_hash: str
    """SHA-256."""
    run_hash: str
    """SHA-256 of the ``run.json`` of the scan."""
    fictitious: bool
    missing: tuple[str, ...] = ()
    """Names of municipalities that failed, and are not in it."""


def write_backtest(record: Backtest, folder: Path) -> tuple[Path, Path]:
    """Write ``backtest.csv`` and ``backtest.html``; the same record gives the same bytes.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    listed, page = folder / f"{STEM}.csv", folder / f"{STEM}.html"
    write_csv(table(record.findings, record.measured), listed)
    with written_whole(page) as temporary:
        temporary.write_bytes(as_html(record).encode())
    return listed, page


def as_html(record: Backtest) -> str:
    """Give the page; its policy allows only its own style, and every text is escaped."""
    css = "".join((ASSETS / name).read_text(encoding="utf-8") for name in ("factsheet.css", "backtest.css"))
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("backtest.html").render(paper=_paper(record), css=css, policy=policy)


def dates(record: Backtest) -> str:
    """From which scan, for which term."""
    term = "" if record.term_years is None else f" · gevraagde termijn {record.term_years:g} jaar".replace(".", ",")
    return f"Scan van {day(record.measured)}{term} · {counted(len(record.findings), 'locatie', 'locaties')}"


def absent(record: Backtest) -> str:
    """Which municipalities are not in the run; empty where all are."""
    return f"Niet in deze scan, want mislukt: {', '.join(record.missing)}." if record.missing else ""


def _paper(record: Backtest) -> dict[str, Any]:
    return {
        "title": plain(f"Bekende uitkomsten naast de scan van {record.region}"),
        "warning": FICTITIOUS if record.fictitious else "",
        "dates": dates(record),
        "about": [READ_THIS, *filter(None, [plain(absent(record))])],
        "names": [(plain(title), "; ".join(map(plain, names))) for title, names in by_name(record.findings)],
        "cards": [_card(found, record.measured) for found in record.findings],
        "foot": (
            f"{plain(record.sites_file)} sha256:{record.sites_hash}; run.json sha256:{record.run_hash}; "
            f"locatiescan {__version__}. [U]: niet nagelezen bij de bron, of een eigen aanname.",
            DISCLAIMER,
        ),
    }


def _card(found: Finding, measured: str) -> dict[str, Any]:
    return {
        "name": plain(found.known["naam"]),
        "tone": "twijfel" if stands_now(found) else TONES[found.survives],
        "lines": [(plain(one.subject), plain(one.recorded), plain(one.scan)) for one in lines(found)],
        "notes": [plain(note) for note in notes(found, measured)],
    }
