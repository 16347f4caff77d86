"""locatiescan: where can flexwoningen stand?"""

from importlib.metadata import version

__version__ = version("locatiescan")
