"""Kernels on shapes and flat arrays: areas, distances, circles, rectangles. They know no layer and no rule."""
