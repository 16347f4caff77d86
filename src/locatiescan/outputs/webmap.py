"""The interactive map: one HTML file that opens by double-click, without a network.

Folium makes the Leaflet map and its background; the page around it, the drawing and the panels are ours
(``assets/webmap*``). Parcels travel as one packed payload (``webmap_payload``), so that a whole municipality
fits in a few megabytes and draws within seconds.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import folium
import jinja2
import xstatic.pkg.leaflet as leaflet  # pyright: ignore[reportMissingImports]
from branca.element import Figure

from locatiescan.analysis.monitoring.progress import Progress
from locatiescan.errors import OutputError
from locatiescan.model import ScanResult
from locatiescan.outputs.runs import Run
from locatiescan.outputs.webmap_page import page_context
from locatiescan.outputs.webmap_payload import pack, payload
from locatiescan.outputs.webmap_progress import progress_payload
from locatiescan.outputs.webmap_scenarios import scenarios
from locatiescan.whole import written_whole

# The one optional online thing: the background. Without a network the page says so and works on.
BACKGROUND = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"
BACKGROUND_HOST = "https://service.pdok.nl"
BACKGROUND_CREDIT = "Kadaster, BRT-achtergrondkaart"
BACKGROUND_DEEPEST, DEEPEST_ZOOM = 19, 21

ASSETS = Path(__file__).with_name("assets")
PARTS = (
    "shapes", "text", "words", "judge", "layout", "style", "filters", "weights", "dossier", "scenarios", "progress",
    "why", "list", "search", "measure", "link", "print", "layers", "app",
)  # fmt: skip
SCRIPTS = tuple(f"webmap-{part}.js" for part in PARTS)
POLICY_MARK = "@POLICY@"
_FIXED_ZOOM = re.compile(r"<meta name=\"viewport\"[^>]*user-scalable=no[^>]*>")
"""Folium forbids enlarging the page; who sees little needs that."""

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_OUTSIDE = re.compile(
    r"""<[a-z][^<>]*\s(?:src|srcset|href|data|poster|action)\s*=\s*["']?\s*(?:https?:)?//[^>]*>""", re.I
)
_OUTSIDE_CSS = re.compile(r"""url\(\s*["']?(?!data:|#)[^)]*\)|@import[^;]*""", re.IGNORECASE)


class Page(Figure):
    """Folium's figure in our own page: landmarks, panels and payload around the map."""

    _template = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined
    ).get_template("webmap.html")

    def __init__(self, context: dict[str, Any]):
        super().__init__()
        self.context = context


def write_map(result: ScanResult, path: Path, beside: Sequence[Run] = (), progress: Progress | None = None) -> None:
    """Write the result as one self-contained HTML map.

    Parameters
    ----------
    result : ScanResult
        What the run found; parcels in RD New.
    path : Path
        File to write; it is only replaced by a complete page.
    beside : sequence of Run
        Finished runs of the same municipality, to stand beside this one as scenarios.
    progress : Progress, optional
        Homes against the target, for the panel that tells it.

    Raises
    ------
    OutputError
        If a column is missing, something in the page would be fetched from elsewhere, or writing fails.
    """
    html = render(result, beside, progress)
    outside = outside_references(html)
    if outside:
        raise OutputError(f"{path.name}: de kaart zou van buiten laden: {', '.join(outside[:3])}")
    with written_whole(path) as temporary:
        temporary.write_text(html, encoding="utf-8", newline="\n")


def render(result: ScanResult, beside: Sequence[Run] = (), progress: Progress | None = None) -> str:
    """The whole page as text; the same result, runs beside it and progress give the same text."""
    background = folium.TileLayer(
        BACKGROUND,
        attr=BACKGROUND_CREDIT,
        name="Achtergrondkaart",
        max_zoom=DEEPEST_ZOOM,
        max_native_zoom=BACKGROUND_DEEPEST,
    )
    chart = folium.Map(location=(52.2, 5.3), zoom_start=8, tiles=background, prefer_canvas=True)
    chart.default_js, chart.default_css = [], []  # Leaflet comes along in the page; the others are not needed
    chart._id, background._id = "locatiescan", "achtergrond"  # else random, and no two runs alike
    context = page_context(result) | {
        "leaflet_css": leaflet_css(),
        "leaflet_js": leaflet_js(),
        "leaflet_version": leaflet.VERSION,
        "css": asset("webmap.css"),
        "js": "\n".join(asset(name) for name in SCRIPTS),
        "payload": pack(payload(result) | scenarios(result, beside) | progress_payload(progress)),
        "map": chart.get_name(),
        "background": background.get_name(),
        "deepest_zoom": DEEPEST_ZOOM,
    }
    page = Page(context)
    chart.add_to(page)
    html = _FIXED_ZOOM.sub("", page.render())
    return html.replace(POLICY_MARK, content_policy(html), 1)


def content_policy(html: str) -> str:
    """Content-Security-Policy that lets only the scripts of this very page run."""
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(found["code"].encode()).digest()).decode() + "'"
        for found in _SCRIPT.finditer(html)
        if "type=" not in found["attributes"]
    ]
    return (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; "
        f"img-src data: {BACKGROUND_HOST}; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def outside_references(html: str) -> list[str]:
    """Everything in the page that a browser would fetch or follow to elsewhere (scripts' own text aside)."""
    markup = _SCRIPT.sub(lambda found: f"<script{found['attributes']}></script>", html)
    return _OUTSIDE.findall(markup) + _OUTSIDE_CSS.findall("".join(re.findall(r"(?s)<style.*?</style>", markup)))


def asset(name: str) -> str:
    """A file of ours from ``assets``."""
    return (ASSETS / name).read_text(encoding="utf-8")


def leaflet_js() -> str:
    """Leaflet's script, fit to stand inside a page."""
    code = (Path(leaflet.BASE_DIR) / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+", "", code).replace("</script", "<\\/script")


def leaflet_css() -> str:
    """Leaflet's stylesheet with its images inside."""
    folder = Path(leaflet.BASE_DIR)

    def embedded(found: re.Match[str]) -> str:
        image = base64.b64encode((folder / found[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{image})"

    return re.sub(r"url\((images/[\w-]+\.png)\)", embedded, (folder / "leaflet.css").read_text(encoding="utf-8"))
