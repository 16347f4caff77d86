"""The same land, divided over municipalities that adjoin."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from locatiescan.cli.demo import demo
from locatiescan.config.regions import find_region, load_regions, regions_file
from locatiescan.config.sources import load_sources
from locatiescan.demo import make_demo
from locatiescan.demo.municipalities import MOST_MUNICIPALITIES, make_municipalities, towns
from locatiescan.demo.parcels import identifiers
from locatiescan.demo.sheet import Sheet, boundary, make_sheet
from locatiescan.demo.write import forget_region
from locatiescan.errors import UsageError
from locatiescan.model import Storage
from locatiescan.sources.areas import all_areas, areas_of_province, areas_of_region, read_boundaries


def sheet_of(parcels: int, seed: int) -> Sheet:
    return make_sheet(parcels, np.random.default_rng(seed).spawn(5)[0])


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_demo(tmp_path_factory.mktemp("regio"), 500, 1, 6)


@pytest.fixture(scope="module")
def whole(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Undivided, in a folder where a region was."""
    folder = tmp_path_factory.mktemp("gemeente")
    shutil.copy(region.parent / "regios.yaml", folder)
    return make_demo(folder, 500)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("parcels", [500, 2000, 12_000, 250_000])
def test_municipalities_divide_the_land_exactly(parcels: int, seed: int) -> None:
    sheet = sheet_of(parcels, seed)
    whole = boundary(sheet)
    corners = set(map(tuple, shapely.get_coordinates(whole)))
    for count in range(2, MOST_MUNICIPALITIES + 1):
        shapes = make_municipalities(sheet, count).geometry.to_numpy()
        assert len(shapes) == count
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)  # borders are the same points on both sides
        together = shapely.coverage_union_all(shapes)
        assert set(map(tuple, shapely.get_coordinates(together))) == corners
        assert together.symmetric_difference(whole).area == 0
        assert shapely.area(shapes).min() > 0.02 * whole.area


def test_borders_are_no_strips() -> None:
    shapes = make_municipalities(sheet_of(2000, 1), 6).geometry.to_numpy()
    one, other = np.triu_indices(6, 1)
    borders = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    neighbours = borders > 100
    assert neighbours.sum() > 5  # of six strips five pairs adjoin
    assert np.bincount(np.concatenate([one[neighbours], other[neighbours]])).max() >= 4


def test_one_municipality_is_what_it_was() -> None:
    (row,) = make_municipalities(sheet_of(500, 1), 1).drop(columns="geometry").to_dict("records")
    assert row == {
        "identificatie": "GM9999",
        "naam": "Demowaard",
        "code": "9999",
        "ligtInProvincieCode": "27",
        "ligtInProvincieNaam": "Noord-Holland",
        "fuuid": "gemeentegebied.00000000-0000-4000-8000-000000009999",
    }


@pytest.mark.parametrize("count", range(1, MOST_MUNICIPALITIES + 1))
def test_names_and_codes_are_apart(count: int) -> None:
    names, codes = zip(*towns(count), strict=True)
    assert len(set(names)) == len(set(codes)) == count
    assert all(name.startswith("Demo") and code.startswith("99") for name, code in towns(count))


def test_all_other_layers_are_the_same(region: Path, whole: Path) -> None:
    for name, _ in pyogrio.list_layers(region.parent / "demo.gpkg"):
        divided, undivided = (gpd.read_file(one.parent / "demo.gpkg", layer=name) for one in (region, whole))
        if name == "Gemeentegebied":
            assert divided.area.sum() == pytest.approx(undivided.area.sum(), rel=1e-12)
        else:
            assert divided.equals(undivided), name
    for name in ("depo_NTOT.asc", "bronnen.yaml"):
        assert (region.parent / name).read_bytes() == (whole.parent / name).read_bytes()


def test_the_region_is_named_beside_the_catalogue(region: Path) -> None:
    ours = find_region("demowaard", load_regions(regions_file(region)))
    boundaries = read_boundaries(load_sources(region)["gemeentegrens"], lambda *_: None, Storage(region.parent))
    areas = areas_of_region(ours, boundaries)
    assert [area.code for area in sorted(areas, key=lambda area: area.code)] == [f"GM990{k}" for k in range(1, 7)]
    assert areas == all_areas(boundaries) == areas_of_province("Noord-Holland", boundaries)


def test_borders_cut_parcels_and_part_neighbours(region: Path) -> None:
    towns = gpd.read_file(region.parent / "demo.gpkg", layer="Gemeentegebied").geometry.to_numpy()
    parcels = gpd.read_file(region.parent / "demo.gpkg", layer="Perceel")
    shapes = shapely.make_valid(parcels.geometry.to_numpy())
    tree = shapely.STRtree(towns)
    crossed, _ = tree.query(shapes, predicate="intersects")
    assert (np.bincount(crossed) > 1).sum() > 20
    place, home = tree.query(shapely.point_on_surface(shapes), predicate="within")
    assert (place == np.arange(len(shapes))).all()  # every parcel is of one municipality
    assert (np.bincount(home, minlength=6) > 10).all()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=0.01)
    apart = home[one] < home[other]
    border = shapely.intersection(shapely.boundary(shapes[one[apart]]), shapely.buffer(shapes[other[apart]], 0.01))
    assert (shapely.length(border) > 10).sum() > 20


def test_an_older_region_goes_and_a_users_own_stays(whole: Path, tmp_path: Path) -> None:
    assert not (whole.parent / "regios.yaml").exists()
    own = tmp_path / "regios.yaml"
    own.write_text("toelichting: van mij\n")
    forget_region(own)
    assert own.exists()


@pytest.mark.parametrize("count", [0, -1, MOST_MUNICIPALITIES + 1])
def test_impossible_regions_are_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(UsageError, match="1 tot 12 gemeenten"):
        make_demo(tmp_path, 500, 1, count)


def test_the_command_says_how_to_scan_the_region(tmp_path: Path) -> None:
    said = CliRunner().invoke(demo, [str(tmp_path), "--percelen", "500", "--gemeenten", "3"])
    assert said.exit_code == 0
    assert f'--regio "Regio Demowaard" --bronnen {tmp_path / "bronnen.yaml"}' in said.output
    assert len(gpd.read_file(tmp_path / "demo.gpkg", layer="Gemeentegebied")) == 3


@pytest.mark.parametrize("count", [3, 1_000_000])
def test_identifiers_of_parcels_are_fourteen_digits_and_apart(count: int) -> None:
    names = identifiers(count)
    assert len(set(names)) == len(names) == count
    assert {len(names[k]) for k in (0, count // 2, -1)} == {14}
    assert names[0] == ("99990000010000" if count < 1_000_000 else "99990000001000")
