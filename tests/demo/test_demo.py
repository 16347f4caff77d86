import hashlib
import re

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from ruamel.yaml import YAML

from locatiescan.config.packaged import packaged_file
from locatiescan.crs import check_rd
from locatiescan.demo import make_demo
from locatiescan.demo.spoil import bow_tie
from locatiescan.errors import OutputError, UsageError

SIZES = (500, 2000)
PLAN = {
    "identificatie", "naam", "plangebied", "typePlan", "planstatus", "datum", "historisch", "versieIMRO", "dossierID",
    "dossierStatus", "verwijzingNaarTekst", "verwijzingNaarObjectgerichteTekst", "verwijzingNaarExternPlan",
}  # fmt: skip
PUBLISHED = {
    "Gemeentegebied": {
        "identificatie", "naam", "code", "ligtInProvincieCode", "ligtInProvincieNaam", "fuuid",
    },
    "Perceel": {
        "identificatieNamespace", "identificatieLokaalID", "beginGeldigheid", "tijdstipRegistratie", "volgnummer",
        "statusHistorieCode", "statusHistorieWaarde", "kadastraleGemeenteCode", "kadastraleGemeenteWaarde", "sectie",
        "perceelnummer", "AKRKadastraleGemeenteCodeCode", "AKRKadastraleGemeenteCodeWaarde", "kadastraleGrootteWaarde",
        "soortGrootteCode", "soortGrootteWaarde", "perceelnummerRotatie", "perceelnummerVerschuivingDeltaX",
        "perceelnummerVerschuivingDeltaY", "perceelnummerPlaatscoordinaatX", "perceelnummerPlaatscoordinaatY",
    },
    "enkelbestemming": PLAN | {"bestemmingshoofdgroep", "hoofdfuncties", "ondergeschikteFuncties"},
    "maatvoering": PLAN | {"maatvoering", "aanduiding", "bestemmingsvlak", "SymboolCode"},
    "bpl": {"naam"},
    "natura2000": {
        "naamN2K", "vhnNew", "nr", "beschermin", "sitecodeV", "sitecodeH", "status", "kadaster", "staatscour", "fuuid",
    },
    "hexagons": {
        "receptor_id", "zoom_level", "relevant", "exceeding", "above_cl", "extra_assessment", "critical_deposition",
    },
    "pand": {
        "identificatie", "rdf_seealso", "bouwjaar", "status", "gebruiksdoel", "oppervlakte_min", "oppervlakte_max",
        "aantal_verblijfsobjecten",
    },
    "verblijfsobject": {
        "identificatie", "rdf_seealso", "oppervlakte", "status", "gebruiksdoel", "openbare_ruimte", "huisnummer",
        "huisletter", "toevoeging", "postcode", "woonplaats", "bouwjaar", "pandidentificatie", "pandstatus",
    },
    "waterdeel": {"lokaal_id", "type"},
    "wegvakken": {"wvk_id", "stt_naam"},
    "haltes": {"naam"},
    "bouwvlak": PLAN - {"verwijzingNaarTekst"} | {"bestemmingsvlak"},
    "dubbelbestemming": PLAN | {"bestemmingshoofdgroep", "hoofdfuncties", "ondergeschikteFuncties"},
    "gebiedsaanduiding": PLAN | {
        "gebiedsaanduidinggroep", "bestemmingsvlak", "artikelnummer", "hoofdfuncties", "ondergeschikteFuncties",
    },
    "functieaanduiding": PLAN | {"aanduiding", "bestemmingsvlak"},
    "nnn": {"naam"},
    "lib": {"zone"},
    "grondwater": {"naam"},
    "bebouwde_kom": {"naam"},
}  # fmt: skip
KEYS = {
    "Perceel": "identificatieLokaalID", "enkelbestemming": "identificatie", "maatvoering": "identificatie",
    "pand": "identificatie", "verblijfsobject": "identificatie", "waterdeel": "lokaal_id", "wegvakken": "wvk_id",
    "natura2000": "fuuid", "bouwvlak": "identificatie", "dubbelbestemming": "identificatie",
    "gebiedsaanduiding": "identificatie", "functieaanduiding": "identificatie",
}  # fmt: skip
HOOFDGROEPEN = {
    "agrarisch", "agrarisch met waarden", "bedrijf", "bedrijventerrein", "bos", "centrum", "cultuur en ontspanning",
    "detailhandel", "dienstverlening", "gemengd", "groen", "horeca", "kantoor", "maatschappelijk", "natuur", "overig",
    "recreatie", "sport", "tuin", "verkeer", "water", "wonen", "woongebied",
}  # fmt: skip


def read(catalogue):
    file = catalogue.parent / "demo.gpkg"
    return {name: gpd.read_file(file, layer=name) for name, _ in pyogrio.list_layers(file)}


def content_hash(layers):
    digest = hashlib.sha256()
    for name, features in layers.items():
        digest.update(name.encode())
        digest.update(b"".join(shapely.to_wkb(features.geometry.to_numpy())))
        digest.update(features.drop(columns="geometry").to_csv().encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory):
    return {size: make_demo(tmp_path_factory.mktemp(f"demo{size}"), size) for size in SIZES}


@pytest.fixture(scope="module")
def places(catalogues):
    return {size: read(catalogue) for size, catalogue in catalogues.items()}


@pytest.fixture(params=SIZES)
def place(request, places):
    return places[request.param]


@pytest.mark.parametrize("size", SIZES)
def test_count_is_near_what_was_asked(places, size):
    assert len(places[size]["Perceel"]) == pytest.approx(size, rel=0.02)


def test_layers_and_columns_are_as_published(place):
    assert {name: set(features.columns) - {"geometry"} for name, features in place.items()} == PUBLISHED
    for name, features in place.items():
        assert features.crs.to_epsg() == 28992
        assert not (features.geometry.isna() | features.is_empty).any()
        check_rd(features, name)


def test_keys_are_unique(place):
    for name, key in KEYS.items():
        assert place[name][key].is_unique, name
    hexagons = place["hexagons"]
    assert not hexagons.duplicated(["receptor_id", "zoom_level"]).any()
    assert not place["Perceel"].duplicated(["sectie", "perceelnummer"]).any()


def test_values_have_the_published_form(place):
    assert place["Perceel"].beginGeldigheid.str.fullmatch(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\+00").all()
    assert place["pand"].identificatie.str.fullmatch(r"\d{16}").all()
    assert (
        place["enkelbestemming"].plangebied.str.fullmatch(r"NL\.IMRO\.[0-9]{4}\.[A-Za-z0-9]{1,18}-[A-Za-z0-9]{4}").all()
    )
    assert " " in set(place["natura2000"].sitecodeV)
    assert place["hexagons"].relevant.dtype == bool
    assert place["hexagons"][place["hexagons"].zoom_level == 1].area.round(1).eq(10_000).all()
    units = place["verblijfsobject"]
    assert set(units.pandidentificatie) <= set(place["pand"].identificatie)


def test_parcels_cover_the_municipality_without_overlap(place):
    parcels = place["Perceel"]
    assert parcels.area.sum() == pytest.approx(place["Gemeentegebied"].area.sum(), rel=0.01)
    valid = parcels.geometry[parcels.is_valid].to_numpy()
    one, other = shapely.STRtree(valid).query(valid, predicate="intersects")
    pairs = one < other
    assert pairs.sum() > len(valid)
    assert shapely.area(shapely.intersection(valid[one[pairs]], valid[other[pairs]])).max() < 1e-5


def test_parcels_have_their_faults(place):
    parcels = place["Perceel"]
    parts = parcels.geometry.explode(ignore_index=True)
    assert 1 <= (~parcels.is_valid).sum() <= 2
    assert shapely.get_num_interior_rings(parts.to_numpy()).max() >= 1
    assert shapely.get_num_geometries(parcels.geometry.to_numpy()).max() == 2
    rectangles = shapely.minimum_rotated_rectangle(parts[parts.is_valid].to_numpy())
    sides = np.diff(shapely.get_coordinates(rectangles).reshape(-1, 5, 2), axis=1)
    assert np.hypot(sides[..., 0], sides[..., 1]).min() < 1
    assert (abs(parcels.kadastraleGrootteWaarde / parcels.area - 1) > 0.1).any()


def test_plans_have_their_faults(place):
    zones = place["enkelbestemming"]
    assert set(zones.bestemmingshoofdgroep) == HOOFDGROEPEN
    assert (~zones.is_valid).any()
    assert any('<b>&"' in name for name in zones.naam)
    assert zones.verwijzingNaarExternPlan.isna().all()
    old = zones[zones.historisch == "true"].geometry.iloc[0]
    draft = zones[zones.planstatus == "ontwerp"].geometry.iloc[0]
    current = zones[(zones.historisch == "false") & (zones.planstatus != "ontwerp") & zones.is_valid]
    for shape in (old, draft):
        assert current.intersects(shape).sum() > 3
        assert (current.overlaps(shape)).any()  # it follows nobody's borders
    assert any(re.search("[^ -~]", name) for name in zones.naam)


def test_maatvoering_is_written_in_every_way(place):
    text = " | ".join(place["maatvoering"].maatvoering)
    for way in ("maximum goothoogte", "maximum bouwhoogte", "minimum bouwhoogte", ',5"', "percentage", "zie regels"):
        assert way in text
    without_height = ~place["maatvoering"].maatvoering.str.contains(r'maximum (?:bouw)?hoogte \(m\)"="\d')
    assert without_height.any()
    assert len(place["maatvoering"]) < 0.75 * len(place["enkelbestemming"])


def test_buildings_and_nature_have_their_faults(place):
    assert (~place["pand"].is_valid).any()
    assert (~place["natura2000"].is_valid).any()
    dunes = place["natura2000"].geometry.iloc[0]
    assert dunes.is_valid
    assert shapely.get_num_interior_rings(shapely.get_parts(dunes)).sum() >= 2
    empty = place["verblijfsobject"].query(
        "gebruiksdoel == 'kantoorfunctie' and status != 'Verblijfsobject in gebruik'"
    )
    assert len(empty)
    assert set(empty.pandstatus) == {"Pand in gebruik"}


def test_landscape_is_one_large_valid_multipolygon(places):
    (landscape,) = places[2000]["bpl"].geometry
    assert landscape.is_valid
    assert landscape.geom_type == "MultiPolygon"
    assert 15_000 < shapely.get_num_coordinates(landscape) < 40_000
    assert shapely.get_num_interior_rings(shapely.get_parts(landscape)).sum() >= 2


def test_exceeding_nature_is_at_some_distance_of_the_town(places):
    hexagons = places[2000]["hexagons"]
    flagged = hexagons[(hexagons.zoom_level == 1) & hexagons.relevant & hexagons.exceeding]
    near = hexagons[hexagons.exceeding & ~hexagons.above_cl]
    assert len(flagged)
    assert len(near)
    zones = places[2000]["enkelbestemming"]
    town = zones[zones.bestemmingshoofdgroep.isin(["wonen", "bedrijf"]) & (zones.naam != "Wonen - Lint")]
    distance = town.distance(flagged.union_all())
    assert distance.min() > 500
    assert distance.max() < 6000


def test_catalogue_has_the_layers_and_columns_of_the_real_one(catalogues, places):
    load = YAML(typ="safe", pure=True).load
    real, demo = load(packaged_file("data/sources.yaml").read_text("utf-8")), load(catalogues[2000].read_text("utf-8"))
    assert list(demo) == list(real)
    for unknown in ("maaiveld", "mra_landelijk_gebied", "hoogtebeperkingen"):  # flat, and so is what is not known
        assert demo.pop(unknown)["protocol"] == "geen"
    for name, entry in demo.items():
        assert entry["protocol"] == "file"
        assert entry["zekerheid"] == "fictief"
        assert (catalogues[2000].parent / entry["url"]).exists()
        assert [entry.get(key) for key in ("titel", "geometry", "columns", "key", "where", "drop")] == [
            real[name].get(key) for key in ("titel", "geometry", "columns", "key", "where", "drop")
        ]
        if "typename" in entry:
            named = {*entry["columns"].values(), *entry.get("key", "").split("+")} - {""}
            assert named <= set(places[2000][entry["typename"]].columns)


def test_designations_lie_where_a_plan_would_draw_them(place):
    town = place["bebouwde_kom"].union_all()
    double = place["dubbelbestemming"]
    current = double[(double.historisch == "false") & (double.planstatus != "ontwerp")]
    assert set(current.naam) == {
        "Leiding - Gas", "Waterstaat - Waterkering", "Waarde - Archeologie 2", "Waarde - Archeologie 4",
    }  # fmt: skip
    assert len(double) - len(current) == 2
    assert (~double.is_valid).sum() == 1
    (gas,) = double[double.naam == "Leiding - Gas"].geometry
    assert gas.area / gas.length * 2 == pytest.approx(10, rel=0.15)
    (industry,) = place["gebiedsaanduiding"].query("naam == 'geluidzone - industrie'").geometry
    halls = place["enkelbestemming"].query("bestemmingshoofdgroep == 'bedrijventerrein'")
    assert halls.within(industry).all()
    homes = place["pand"].query("gebruiksdoel == 'woonfunctie'").representative_point()
    assert 0.5 < homes.within(town).mean() < 1
    assert not place["nnn"].union_all().intersects(town)
    lib = place["lib"].set_index("zone").geometry
    assert lib["LIB 4"].intersection(lib["LIB 5"]).area < 1


def test_building_areas_lie_within_their_zones_and_not_everywhere(place):
    areas, zones = place["bouwvlak"], place["enkelbestemming"]
    assert 0.02 < areas.area.sum() / zones.area.sum() < 0.5
    whole = zones[zones.is_valid & ~zones.naam.isin(["Woondoeleinden", "Centrum - Herziening"])]
    found = areas.sjoin(whole[["plangebied", "geometry"]], predicate="within")
    assert len(set(found.index)) > 0.6 * len(areas)  # where a front garden is cut off, the area reaches over it
    assert (found.plangebied_left == found.plangebied_right).all()


def test_grid_is_as_the_rivm_writes_it(catalogues, places):
    path = catalogues[2000].parent / "depo_NTOT.asc"
    lines = path.read_text("ascii").splitlines()
    assert [line.split()[0] for line in lines[:6]] == [
        "NCOLS", "NROWS", "XLLCORNER", "YLLCORNER", "CELLSIZE", "NODATA_VALUE",
    ]  # fmt: skip
    assert lines[5].split()[1] == "-0.9990E+03"
    assert re.fullmatch(r"0\.\d{4}E\+0[34]", lines[6].split()[0])
    with rasterio.open(path) as grid:
        assert grid.crs is None
        assert grid.res == (1000, 1000)
        values = grid.read(1)
        assert values.min() >= 900
        assert values.max() <= 1800
        assert values.max() - values.min() > 200
        west, south, east, north = places[2000]["Gemeentegebied"].total_bounds
        assert grid.bounds.left <= west - 5000
        assert grid.bounds.right >= east + 5000
        assert grid.bounds.bottom <= south - 5000
        assert grid.bounds.top >= north + 5000


def test_same_seed_same_bytes_and_another_seed_another_place(catalogues, places, tmp_path):
    again = make_demo(tmp_path / "again", 500)
    other = read(make_demo(tmp_path / "other", 500, seed=2))
    assert content_hash(read(again)) == content_hash(places[500])
    assert content_hash(other) != content_hash(places[500])
    for name in ("demo.gpkg", "depo_NTOT.asc", "bronnen.yaml"):
        assert (again.parent / name).read_bytes() == (catalogues[500].parent / name).read_bytes()


def test_old_files_are_replaced_and_nothing_else_is_left(tmp_path):
    (tmp_path / "demo.gpkg").write_text("half a file")
    make_demo(tmp_path, 500)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bronnen.yaml", "demo.gpkg", "depo_NTOT.asc"]


def test_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("locatiescan.demo.write._write_grid", stop)
    with pytest.raises(KeyboardInterrupt):
        make_demo(tmp_path, 500)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("parcels", "seed"), [(499, 1), (0, 1), (10**7, 1), (500, -1)])
def test_impossible_wishes_are_refused(tmp_path, parcels, seed):
    with pytest.raises(UsageError):
        make_demo(tmp_path, parcels, seed)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        make_demo(tmp_path / "file" / "demo", 500)


@pytest.mark.parametrize("clockwise", [False, True])
def test_bow_tie_crosses_but_hardly_changes_the_area(clockwise):
    polygon = shapely.box(0, 0, 20, 10, ccw=not clockwise)
    spoilt = bow_tie(polygon)
    assert not spoilt.is_valid
    assert shapely.make_valid(spoilt).area == pytest.approx(200, abs=5)
