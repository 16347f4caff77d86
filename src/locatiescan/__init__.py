"""Where can flexwoningen stand? A location scan for Dutch municipalities."""

from importlib.metadata import version

__version__ = version("locatiescan")
