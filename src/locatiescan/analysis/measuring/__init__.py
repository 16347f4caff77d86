"""Measures: parcels, a rule and a world of layers in, a column out."""
