"""What the sweep need not look at: crossings beside a shape, and pieces under one that holds it whole."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from locatiescan.analysis.geometry import outline, sweep
from locatiescan.analysis.geometry.holding import holds
from small_world import X, Y


def test_curves_that_cross_beside_a_shape_make_no_height() -> None:
    """Lines cross 3 m beside a square, at height 3, and go on over its sides at 5 and 9; two meet within."""
    square = [(0.0, 0.0, 0.0, 10.0), (10.0, 0.0, 10.0, 10.0)]
    west = [(-4.5, 2.0, 7.5, 10.0), (-3.5, 2.0, 0.5, 10.0)]
    east = [(14.5, 2.0, 2.5, 10.0), (13.5, 2.0, 9.5, 10.0)]
    curves = np.array([_line(*ends) for ends in (*square, *west, *east)])
    heights = np.unique(np.round(sweep._heights(curves, np.array([-1, -1, 0, 0, 0, 0])), 9))
    assert heights.tolist() == pytest.approx([0, 2, 5, 2 + 9.5 / 1.5, 9, 10], abs=1e-9)


def _line(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """Curve of a side that runs north."""
    curve = np.zeros(10)
    curve[[outline.LOW, outline.HIGH, outline.X, outline.Y]] = y0, y1, x0, y0
    curve[[outline.WEST, outline.EAST]] = min(x0, x1), max(x0, x1)
    curve[[outline.LEAN, outline.TURN]] = (x1 - x0) / (y1 - y0), -1.0
    return curve


@pytest.mark.parametrize(("margin", "held"), [(150.0, True), (60.0, False)])
def test_a_parcel_within_one_margin_is_not_swept_through_the_others(margin: float, held: bool) -> None:
    around = outline.rings(shapely.points([[X + 50, Y + 50]]), np.array([margin]))
    assert holds((X, Y, X + 100, Y + 100), outline.curves(around, np.array([margin])).table) == held
