"""QGIS itself opens the project that lies in the GeoPackage, and draws what it should."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from locatiescan.outputs.qgis import add_qgis
from support.finished import HOSTILE, NITROGEN, write_finished
from support.qgis import PYTHON, told_by_qgis

# Opens the project, lists what it finds, and draws the candidates without labels to see their colours.
SCRIPT = """
import json, os, sys
from urllib.parse import quote
from qgis.core import *
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
messages = []
QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: messages.append(f"{tag}: {text}"))
project = QgsProject.instance()
root = project.layerTreeRoot()

def classes(layer):
    renderer, context = layer.renderer().clone(), QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    looks = QgsSymbolLayerUtils.symbolProperties
    labels = {looks(item.symbol()): item.label() for item in renderer.legendSymbolItems()}
    renderer.startRender(context, layer.fields())
    found = []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        symbol = renderer.originalSymbolForFeature(feature, context)
        found.append(symbol and labels[looks(symbol)])
    renderer.stopRender(context)
    return found

def described(layer):
    node = root.findLayer(layer.id())
    about = {"valid": layer.isValid(), "crs": layer.crs().authid(), "checked": node.itemVisibilityChecked(),
             "group": node.parent().name(), "styles": layer.styleManager().styles(),
             "style": layer.styleManager().currentStyle(), "title": layer.name()}
    if layer.type() == QgsMapLayer.VectorLayer:
        about["aliases"] = {field.name(): layer.attributeDisplayName(i) for i, field in enumerate(layer.fields())}
        about["widgets"] = {field.name(): layer.editorWidgetSetup(i).type() for i, field in enumerate(layer.fields())}
        about["tabs"] = [tab.name() for tab in layer.editFormConfig().tabs()]
        about["labels"] = layer.labelsEnabled()
        about["scale"] = layer.minimumScale() if layer.hasScaleBasedVisibility() else None
        if layer.isSpatial() and layer.isValid():
            about["renderer"], about["classes"] = layer.renderer().type(), classes(layer)
    return about

def opened(path):
    project.clear()
    messages.clear()
    opened = project.read(f"geopackage:{quote(path)}?projectName=locatiescan")
    layers = {layer.id(): described(layer) for layer in project.mapLayers().values()}
    seen = {"opened": opened, "layers": layers, "crs": project.crs().authid(), "title": project.title(),
            "themes": project.mapThemeCollection().mapThemes(),
            "relations": {key: link.isValid() for key, link in project.relationManager().relations().items()}}

    sites = project.mapLayer("locatiescan_kandidaten")
    if sites and sites.isValid():
        seen["by_style"] = {}
        for style in sites.styleManager().styles():
            sites.styleManager().setCurrentStyle(style)
            seen["by_style"][style] = [sites.renderer().type(), classes(sites)]
        sites.styleManager().setCurrentStyle(seen["layers"]["locatiescan_kandidaten"]["style"])
        context = QgsExpressionContext()
        context.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(sites))
        context.setFeature(next(sites.getFeatures()))
        seen["tip"] = QgsExpression.replaceExpressionText(sites.mapTipTemplate(), context)
        shown = [layer for layer in root.layerOrder() if layer in root.checkedLayers()]
        seen["expressions"] = [QgsExpression(layer.labeling().settings().fieldName).parserErrorString()
                               for layer in shown if layer.labelsEnabled()]
        settings = QgsMapSettings()
        settings.setLayers([sites])
        settings.setDestinationCrs(project.crs())
        settings.setFlag(QgsMapSettings.DrawLabeling, False)
        settings.setExtent(QgsRectangle(140000, 509900, 140400, 510100))
        settings.setOutputSize(QSize(800, 400))
        settings.setBackgroundColor(QColor("white"))
        job = QgsMapRendererSequentialJob(settings)
        job.start()
        job.waitForFinished()
        drawn = job.renderedImage()
        drawn.save(path + ".png")
        # the mean of a square in the middle of each candidate: patterns count
        def mean(column):
            spots = [QColor(drawn.pixel(200 * column + dx, 120 + dy)) for dx in range(40, 120) for dy in range(-40, 40)]
            return [sum(part) / len(spots) for part in zip(*((c.red(), c.green(), c.blue()) for c in spots))]
        seen["colours"] = [mean(column) for column in range(4)]

    # a layer dragged into an empty project gets its default style
    project.clear()
    dragged = QgsVectorLayer(f"{path}|layername=kandidaten", "gesleept", "ogr")
    seen["dragged"] = [dragged.renderer().type(), getattr(dragged.renderer(), "classAttribute", str)(),
                       dragged.attributeDisplayName(dragged.fields().indexFromName("rang"))]
    seen["messages"] = list(messages)
    return seen

print(json.dumps({path: opened(path) for path in sys.argv[1:]}))
sys.stdout.flush()
os._exit(0)  # taking QGIS down in order crashes now and then
"""


@pytest.fixture(scope="module")
def all_seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Four files, in one QGIS: moved to a folder with an odd name, without answers, renamed, and mended after that."""
    folder = tmp_path_factory.mktemp("qgis")
    written = write_finished(folder / "eerst" / "proef.gpkg")
    renamed, mended = folder / "hernoemd.gpkg", folder / "hersteld.gpkg"
    shutil.copy(written, renamed)
    shutil.copy(written, mended)
    add_qgis(mended, mended.name)
    moved = folder / "map & één # ander" / "proef.gpkg"
    shutil.move(written.parent, moved.parent)
    files = {
        "verplaatst": moved,
        "kaal": write_finished(folder / "kaal.gpkg", answered=False),
        "hernoemd": renamed,
        "hersteld": mended,
    }
    told = told_by_qgis(SCRIPT, folder, *files.values())
    return {name: told[str(path)] for name, path in files.items()}


@pytest.fixture(scope="module")
def seen(all_seen: dict[str, Any]) -> dict[str, Any]:
    """The file that was moved."""
    return all_seen["verplaatst"]


def test_the_project_opens_with_every_layer_in_its_group(seen: dict[str, Any]) -> None:
    assert seen["opened"]
    assert seen["crs"] == "EPSG:28992"
    assert HOSTILE.replace("\x07", "") in seen["title"]
    layers = seen["layers"]
    assert len(layers) == 14
    assert all(layer["valid"] for layer in layers.values())
    groups = {key.removeprefix("locatiescan_"): layer["group"] for key, layer in layers.items()}
    assert groups["kandidaten"] == groups["indeling"] == "Kandidaten – FICTIEVE GEGEVENS"
    assert groups["planroutes"] == groups["verantwoording"] == "Tabellen"
    assert groups["eigen_laag"] == "Eigen lagen"
    assert all(layer["crs"] == "EPSG:28992" for layer in layers.values() if "renderer" in layer)
    assert seen["messages"] == []


def test_the_background_is_there_and_off(seen: dict[str, Any]) -> None:
    background = seen["layers"]["locatiescan-achtergrond"]
    assert (background["valid"], background["checked"], background["crs"]) == (True, False, "EPSG:3857")
    assert seen["layers"]["locatiescan_kandidaten"]["checked"]
    assert not seen["layers"]["locatiescan_enkelbestemming"]["checked"]


def test_each_feature_has_the_symbol_of_its_class(seen: dict[str, Any]) -> None:
    drawn = {key.removeprefix("locatiescan_"): layer for key, layer in seen["layers"].items() if "renderer" in layer}
    routes = ["Planroute open", "Planroute handmatig toetsen", "Planroute dicht", "Onbekend of overig"]
    assert (drawn["kandidaten"]["style"], drawn["kandidaten"]["classes"]) == ("Planroute", routes)
    assert drawn["percelen"]["classes"] == ["Voldoet", "Valt af", "Nog onbekend", "Valt af"]
    assert drawn["indeling"]["classes"] == ["Woonblok", "Parkeren", "Rijloper"]
    assert drawn["transformatie"]["classes"] == ["Staat leeg", "In gebruik", "Leegstand onbekend"]
    assert drawn["enkelbestemming"]["classes"] == ["Wonen", "Natuur", "Onbekend of overig"]
    said = ["Overbelast", "Naderend overbelast", "Niet overbelast"]
    assert drawn["stikstof_hexagonen"]["classes"] == said


def test_other_styles_are_one_click_away(seen: dict[str, Any]) -> None:
    assert seen["themes"] == ["Bestemmingen", "Oordeel", "Planroute", "Score", "Stikstof"]
    kind, classes = seen["by_style"]["Score"]
    assert (kind, classes) == (
        "graduatedSymbol",
        ["70 tot 100 punten", "60 tot 70 punten", "40 tot 50 punten", "0 tot 40 punten"],
    )
    kind, classes = seen["by_style"]["Stikstof"]
    assert kind == "categorizedSymbol"
    assert len(set(classes)) == len(NITROGEN)
    assert seen["by_style"]["Planroute"][0] == "categorizedSymbol"


def test_classes_differ_on_the_picture(seen: dict[str, Any]) -> None:
    green, yellow, red, grey = seen["colours"]
    assert green[1] > green[0] + 60  # bluish green
    assert min(yellow[0], yellow[1]) > yellow[2] + 50
    assert red[0] > red[1] + 25 > red[2]
    assert max(grey) - min(grey) < 30


def test_words_are_dutch(seen: dict[str, Any]) -> None:
    sites = seen["layers"]["locatiescan_kandidaten"]
    assert sites["aliases"]["vrij_m2"] == "Vrije grond (m²)"
    assert sites["aliases"]["planroute_oordeel"] == "Oordeel over de planroute"
    assert sites["widgets"]["vrij_m2_oordeel"] == sites["widgets"]["stikstof_oordeel"] == "ValueMap"
    assert sites["tabs"][0] == "Waarom"
    assert sites["labels"]
    assert set(seen["expressions"]) == {""}
    assert seen["layers"]["locatiescan_percelen"]["scale"] == 25_000


def test_the_tip_tells_why_and_runs_nothing(seen: dict[str, Any]) -> None:
    tip = seen["tip"]
    assert "Rang 1" in tip
    assert "<b>&" not in tip
    assert "Nieuw &lt;b&gt;&amp;" in tip
    assert "[% 1/0 %]" in tip
    assert "- eigenaar<br>- bodem" in tip
    assert "Afgewezen door" not in tip  # empty: nothing to tell


def test_relations_hold(seen: dict[str, Any]) -> None:
    assert seen["relations"] == {
        "locatiescan_kandidaten_indeling": True,
        "locatiescan_kandidaten_percelen": True,
        "locatiescan_kandidaten_planroutes": True,
        "locatiescan_transformatie_planroutes": True,
    }


def test_a_run_without_answers_opens_too(all_seen: dict[str, Any]) -> None:
    found = all_seen["kaal"]
    sites = found["layers"]["locatiescan_kandidaten"]
    assert all(layer["valid"] for layer in found["layers"].values())
    sure, unsure = "Voldoet aan alle grenzen", "Voldoet, maar er is nog iets onbekend"
    assert (sites["style"], sites["classes"]) == ("Oordeel", [sure, unsure, sure, sure])
    assert found["dragged"] == ["categorizedSymbol", "oordeel", "Rang"]


def test_under_another_name_layers_keep_their_style(all_seen: dict[str, Any]) -> None:
    # QGIS knows paths of files only: the project looks for proef.gpkg (https://github.com/qgis/QGIS/issues/37440)
    assert not all_seen["hernoemd"]["layers"]["locatiescan_kandidaten"]["valid"]
    assert all_seen["hernoemd"]["dragged"] == ["categorizedSymbol", "planroute_oordeel", "Rang"]


def test_the_project_can_be_made_anew_under_another_name(all_seen: dict[str, Any]) -> None:
    assert all(layer["valid"] for layer in all_seen["hersteld"]["layers"].values())
    assert all_seen["hersteld"]["dragged"] == ["categorizedSymbol", "planroute_oordeel", "Rang"]


def test_a_validator_finds_nothing(tmp_path: Path) -> None:
    told_by_qgis("import osgeo_utils.samples.validate_gpkg\nprint('{}')", tmp_path)
    path = write_finished(tmp_path / "proef.gpkg")
    command = [PYTHON, "-m", "osgeo_utils.samples.validate_gpkg", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
