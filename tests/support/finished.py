"""A small GeoPackage as a run leaves it, with or without the answers, and with texts that mean harm."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from locatiescan.crs import RD
from locatiescan.outputs.geopackage import CLOCK, MULTI, _moment, _multi, _settings
from locatiescan.outputs.qgis import add_qgis
from locatiescan.outputs.tables import FICTITIOUS

X, Y = 140_000.0, 510_000.0
HOSTILE = "Nieuw <b>&\"'Oord\x07 [% 1/0 %]"
STARTED = "2026-11-23T10:11:12+00:00"
ROUTES = ["open", "handmatig toetsen", "dicht", None]
NITROGEN = ["groen", "oranje", "rood", "onbekend"]


def square(column: int, row: int = 0, side: float = 80) -> shapely.Polygon:
    """The square at a place of a grid of 100 m."""
    return shapely.box(X + 100 * column, Y + 100 * row, X + 100 * column + side, Y + 100 * row + side)


def tables(answered: bool) -> dict[str, tuple[dict[str, list], list]]:
    """Columns and shapes of each table."""
    squares = [square(number) for number in range(4)]
    places = ["L-1", "L-2", "L-3", "L-4"]
    sites = {
        "rang": [1, 2, 3, 4],
        "locatie_id": places,
        "score": [81.25, 65.0, 45.0, 12.0],
        "oordeel": ["ja", "onbekend", "ja", "ja"],
        "afgewezen_door": ["", "", "", ""],
        "vrij_m2": [5000.0, 4000.0, 3000.0, None],
        "vrij_m2_oordeel": ["ja", "onbekend", "ja", "ja"],
    }
    answers = {
        "planroute_oordeel": ROUTES,
        "planroute_reden": ["past", HOSTILE, "NNN", None],
        "stikstof_oordeel": NITROGEN,
        "woningen": [48, 36, 24, 12],
        "samenvatting": [f"Hier passen woningen. {HOSTILE}", "Twee.", "Drie.", None],
        "weten_wij_niet": ["- eigenaar\n- bodem", None, None, None],
    }
    found = {
        "kandidaten": (sites | (answers if answered else {}), squares),
        "percelen": (
            {
                "perceel_id": list("abcd"),
                "locatie_id": [*places[:3], None],
                "oordeel": ["ja", "nee", "onbekend", "nee"],
            },
            squares,
        ),
        "gemeentegrens": ({"naam": [HOSTILE]}, [shapely.box(X - 200, Y - 200, X + 600, Y + 400)]),
        "enkelbestemming": (
            {"bestemming": ["wonen", "natuur", "iets nieuws"], "bestemming_naam": [HOSTILE, None, "Nieuw"]},
            [square(0, 1), square(1, 1), square(2, 1)],
        ),
        "stikstof_hexagonen": (
            {"overbelast": [True, False, False], "naderend_overbelast": [True, True, False]},
            [square(0, 2), square(1, 2), square(2, 2)],
        ),
        "wegen": ({"straatnaam": ["Weg"]}, [shapely.LineString([(X, Y - 30), (X + 400, Y - 30)])]),
        "haltes": ({"naam": ["Halte"]}, [shapely.Point(X + 50, Y - 50)]),
        "eigen_laag": ({"soort": ["iets van de gebruiker"]}, [square(3, 1)]),
    }
    if answered:
        found["indeling"] = (
            {"locatie_id": ["L-1"] * 3, "soort": ["blok", "parkeren", "rijloper"]},
            [square(0, side=20), square(0, side=10), square(0, side=5)],
        )
        found["transformatie"] = (
            {"locatie_id": ["T-1", "T-2", "T-3"], "leegstand": ["ja", "nee", "onbekend"], "woningen": [9, 8, 7]},
            [square(0, -1), square(1, -1), square(2, -1)],
        )
        found["planroutes"] = ({"locatie_id": ["L-1", "L-1"], "route": ["bopa", "plan"], "oordeel": ROUTES[:2]}, [])
    found["bronnen"] = (
        {
            "laag": ["percelen", "eigen_laag"],
            "titel": ["Kadastrale percelen", HOSTILE],
            "bronvermelding": ["Kadaster & PDOK", "eigen bestand"],
            "licentie": ["CC0", "onbekend"],
            "opgehaald": ["2026-11-20T00:00:00+00:00"] * 2,
        },
        [],
    )
    account = {"gemeente": f"{HOSTILE} (GM0001)", "let op": FICTITIOUS, "gestart": STARTED}
    found["verantwoording"] = ({"onderwerp": list(account), "tekst": list(account.values())}, [])
    return found


def write_finished(path: Path, answered: bool = True) -> Path:
    """Write the GeoPackage, styles and project included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _settings({CLOCK: _moment(STARTED)}):  # else GDAL writes once more when a second passes
        _write_tables(path, answered)
    add_qgis(path, path.name)
    return path


def _write_tables(path: Path, answered: bool) -> None:
    for name, (columns, shapes) in tables(answered).items():
        frame = pd.DataFrame(columns)
        options = {"layer": name, "driver": "GPKG", "use_arrow": True, "dataset_options": {"VERSION": "1.3"}}
        if not shapes:
            pyogrio.write_dataframe(frame, path, **options)
            continue
        kind, multi = MULTI[shapely.get_dimensions(shapes[0])]
        layer = gpd.GeoDataFrame(frame, geometry=_multi(shapely.from_wkb(shapely.to_wkb(shapes)), multi), crs=RD)
        pyogrio.write_dataframe(layer, path, geometry_type=kind, layer_options={"GEOMETRY_NAME": "geom"}, **options)
