"""Frozen records of the files that say what may be built where, when and how; no behaviour lives here."""
