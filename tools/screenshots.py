"""Pictures for the README, made by the programs themselves from a scan of the demo: Chromium, QGIS, and the factsheet.

Usage: ``python tools/screenshots.py FOLDER`` (`make screenshots`). It needs Chromium, QGIS and pdftoppm; the pictures
are looked at by a person before they are kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

COLOURS = 128
CHROMIUM = Path("/usr/bin/chromium")
SYSTEM_PYTHON = Path("/usr/bin/python3")
IN_QGIS = """
import os, sys
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsProject
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
package, out = sys.argv[1:]
project = QgsProject.instance()
project.read(f"geopackage:{package}?projectName=locatiescan")
root = project.layerTreeRoot()
settings = QgsMapSettings()
settings.setLayers([one for one in root.layerOrder() if one in root.checkedLayers() and one.isValid()])
settings.setDestinationCrs(project.crs())
settings.setBackgroundColor(QColor("white"))
settings.setExtent(project.mapLayer("locatiescan_kandidaten").extent())
settings.setOutputSize(QSize(1200, 800))
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
job.renderedImage().save(out)
os._exit(0)
"""


def main(folder: Path) -> None:
    """Scan the demo and take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        run = Path(temporary) / "uitvoer"
        command = Path(sys.executable).with_name("locatiescan")
        subprocess.run([command, "-q", "run", "--peildatum", "2026-11-23", "--uitvoer", run], check=True)
        subprocess.run([command, "factsheet", "--beste", "1", "--uitvoer", run], check=True)
        of_map(run / "demowaard.html", folder / "kaart.png")
        of_qgis(run / "demowaard.gpkg", folder / "qgis.png", Path(temporary))
        of_factsheet(next(run.glob("*.pdf")), folder / "factsheet.png")
    for picture in folder.glob("*.png"):
        Image.open(picture).convert("RGB").quantize(COLOURS).save(picture, optimize=True)


def of_map(page: Path, picture: Path) -> None:
    """The map with its best location chosen."""
    with sync_playwright() as started:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        tab = browser.new_page(viewport={"width": 1280, "height": 800})
        tab.goto(page.as_uri())
        tab.evaluate("() => window.locatiescan.ready")
        tab.locator("#kandidaten tbody tr").first.click()
        tab.wait_for_timeout(800)
        tab.screenshot(path=str(picture))
        browser.close()


def of_qgis(package: Path, picture: Path, home: Path) -> None:
    """The project in the GeoPackage as QGIS draws it."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([SYSTEM_PYTHON, "-c", IN_QGIS, package, picture], check=True, env=clean)


def of_factsheet(sheet: Path, picture: Path) -> None:
    """The first page."""
    out = str(picture.with_suffix(""))
    subprocess.run(["pdftoppm", "-png", "-r", "70", "-singlefile", str(sheet), out], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
