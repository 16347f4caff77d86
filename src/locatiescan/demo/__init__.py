"""A believable municipality that does not exist, for the embedded demo, the tests and the benchmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from locatiescan.demo.areas import make_groundwater, make_lib, make_nnn, make_town
from locatiescan.demo.buildings import make_buildings
from locatiescan.demo.designations import make_designations
from locatiescan.demo.ground import make_roads, make_stops, make_water
from locatiescan.demo.lots import make_lots
from locatiescan.demo.municipalities import MOST_MUNICIPALITIES, make_municipalities, make_region
from locatiescan.demo.nature import farm_places, make_deposition, make_hexagons, make_landscape, make_natura2000
from locatiescan.demo.parcels import make_parcels
from locatiescan.demo.planning import make_zoning
from locatiescan.demo.sheet import make_sheet
from locatiescan.demo.write import write_all
from locatiescan.errors import UsageError

FEWEST, MOST = 500, 1_500_000


def make_demo(folder: Path, parcels: int = 2000, seed: int = 1, municipalities: int = 1) -> Path:
    """Make the fictitious municipality of Demowaard, on a polder in the Markermeer that was never made.

    Writes ``demo.gpkg`` with one layer per real feature type in the published column names, ``depo_NTOT.asc``, and
    the catalogue ``bronnen.yaml`` that names them. Real data is never clean, so a few faults are put in on purpose:
    enclaves, slivers, parcels in two parts, crossing rings, plans beside and over each other, sizes that do not fit.

    Parameters
    ----------
    folder : Path
        Where the files go; made when absent, and older demo files in it are replaced.
    parcels : int
        How many cadastral parcels, 500 to 1 500 000.
    seed : int
        Same seed, same land, down to the byte, however many municipalities it is divided over.
    municipalities : int
        1 to 12. More than one adjoin and cover the same land; ``regios.yaml`` then names them as one region.

    Returns
    -------
    Path
        The catalogue.

    Raises
    ------
    UsageError
        If the number of parcels or municipalities is out of range or the seed is negative.
    OutputError
        If the folder cannot be written to.
    """
    if not FEWEST <= parcels <= MOST:
        raise UsageError(f"een demogemeente heeft {FEWEST} tot {MOST} percelen, niet {parcels}")
    if not 1 <= municipalities <= MOST_MUNICIPALITIES:
        raise UsageError(f"een demoregio heeft 1 tot {MOST_MUNICIPALITIES} gemeenten, niet {municipalities}")
    if seed < 0:
        raise UsageError(f"het zaadgetal is 0 of meer, niet {seed}")
    land, cadastre, bag, plan, extra = np.random.default_rng(seed).spawn(5)
    sheet = make_sheet(parcels, land)
    lots = make_lots(sheet, parcels, land)
    panden, verblijfsobjecten = make_buildings(sheet, lots, bag)
    enkelbestemming, maatvoering = make_zoning(sheet, lots, plan)
    natura2000, farms = make_natura2000(sheet), farm_places(sheet, lots)
    layers = {
        "Gemeentegebied": make_municipalities(sheet, municipalities),
        "Perceel": make_parcels(sheet, lots, cadastre),
        "enkelbestemming": enkelbestemming,
        "maatvoering": maatvoering,
        "bpl": make_landscape(sheet, lots, parcels),
        "natura2000": natura2000,
        "hexagons": make_hexagons(natura2000, farms),
        "pand": panden,
        "verblijfsobject": verblijfsobjecten,
        "waterdeel": make_water(sheet, lots),
        "wegvakken": make_roads(sheet, lots),
        "haltes": make_stops(sheet, lots),
        **make_designations(sheet, lots, extra),
        "nnn": make_nnn(sheet),
        "lib": make_lib(sheet),
        "grondwater": make_groundwater(sheet),
        "bebouwde_kom": make_town(sheet, lots),
    }
    return write_all(Path(folder), layers, make_deposition(sheet, farms), make_region(municipalities))
