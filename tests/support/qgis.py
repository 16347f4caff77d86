"""QGIS itself, headless and in its own Python, as a reader of what was written."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

PYTHON = Path("/usr/bin/python3")

SCRIPT = """
import json, os, sys
from qgis.core import QgsApplication, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
found = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    shapes = [f.geometry() for f in layer.getFeatures()] if layer.isSpatial() else []
    found[name] = {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "crs": layer.crs().authid(),
        "m2": sum(shape.area() for shape in shapes),
        "broken": sum(not shape.isGeosValid() for shape in shapes),
    }
print(json.dumps(found))
sys.stdout.flush()
os._exit(0)  # taking QGIS down in order crashes now and then
"""


@cache
def installed() -> bool:
    """Whether QGIS's own Python can be asked."""
    if not PYTHON.exists():
        return False
    command = [PYTHON, "-c", "import qgis.core"]
    return not subprocess.run(command, capture_output=True, timeout=60, env={"PATH": "/usr/bin:/bin"}).returncode


def seen_by_qgis(path: Path, home: Path, *layers: str) -> dict[str, dict]:
    """What QGIS makes of some layers of a GeoPackage; skips where QGIS is not installed."""
    return told_by_qgis(SCRIPT, home, path, *layers)


def told_by_qgis(script: str, home: Path, *arguments: object) -> dict[str, dict]:
    """What a script in QGIS's own Python prints as JSON on its last line; skips where QGIS is not installed."""
    # nothing of the virtualenv: QGIS has its own GDAL and PROJ
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "offscreen"}
    if not installed():
        pytest.skip("QGIS and its Python are not installed (Debian package python3-qgis)")
    command = [PYTHON, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
