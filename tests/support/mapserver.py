"""Debian's MapServer as a WFS 2.0 on a free loopback port, set as PDOK sets its services.

Every namespace prefix is a service of its own, at ``<base>/<prefix>``, as at PDOK. One ``mapserv`` process a request.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyogrio
import pytest

MAPSERV = next((p for p in map(Path, ("/usr/lib/cgi-bin/mapserv", "/usr/bin/mapserv")) if p.exists()), None)
KINDS = {"polygon": "POLYGON", "line": "LINE", "point": "POINT"}

# No ows_onlineresource: MapServer then derives the addresses in its capabilities from the request, so any port will do.
# No wfs_features_cache_count: it reprojects twice in MapServer 8.0.0.
MAP = """
MAP
  NAME "{prefix}"
  CONFIG "MS_ERRORFILE" "stderr"
  CONFIG "ON_MISSING_DATA" "LOG"
  EXTENT -20000 300000 290000 860000
  UNITS METERS
  PROJECTION "init=epsg:28992" END
  WEB
    METADATA
      "ows_title" "{prefix}"
      "ows_enable_request" "*"
      "ows_fees" "NONE"
      "ows_accessconstraints" "http://creativecommons.org/publicdomain/zero/1.0/deed.nl"
      "ows_encoding" "UTF-8"
      "ows_srs" "EPSG:28992 EPSG:4258 EPSG:3857 EPSG:4326"
      "wfs_namespace_prefix" "{prefix}"
      "wfs_namespace_uri" "http://{prefix}.example.nl"
      "wfs_maxfeatures" "{max_features}"
      "wfs_maxfeatures_ignore_for_resulttype_hits" "true"
      "wfs_getfeature_formatlist" "GEOJSON,JSON,GML3,GML32"
    END
  END
  OUTPUTFORMAT
    NAME "GEOJSON" DRIVER "OGR/GEOJSON" MIMETYPE "application/json; subtype=geojson" {options} {precision}
  END
  OUTPUTFORMAT NAME "JSON" DRIVER "OGR/GEOJSON" MIMETYPE "application/json" {options} {precision} END
  OUTPUTFORMAT NAME "GML3" DRIVER "OGR/GML" MIMETYPE "text/xml; subtype=gml/3.1.1" {options} END
  {layers}
END
"""
OPTIONS = 'FORMATOPTION "STORAGE=stream" FORMATOPTION "FORM=SIMPLE" FORMATOPTION "USE_FEATUREID=true"'
PRECISION = 'FORMATOPTION "LCO:COORDINATE_PRECISION=3"'

LAYER = """
  LAYER
    NAME "{typename}"
    STATUS ON
    TYPE {kind}
    METADATA
      "wfs_title" "{typename}"
      "wfs_srs" "EPSG:28992 EPSG:4258 EPSG:3857 EPSG:4326"
      "wfs_extent" "{extent}"
      "wfs_enable_request" "*"
      "wfs_use_default_extent_for_getfeature" "false"
      "gml_include_items" "all"
      "gml_exclude_items" "fid"
      "gml_featureid" "fid"
      "gml_geometries" "geometrie"
      "gml_geometrie_type" "{geometry}"
      "gml_types" "auto"
    END
    PROJECTION "init=epsg:28992" END
    CONNECTIONTYPE OGR
    CONNECTION "{path}"
    DATA "{layer}"
    EXTENT {extent}
    TEMPLATE "none"
  END
"""
CONFIG = 'CONFIG\n  ENV\n    MS_MAP_PATTERN "^{folder}/"\n    MS_MAP_NO_PATH "1"\n  END\nEND\n'


@dataclass(frozen=True)
class Served:
    """One WFS feature type, and the GeoPackage layer behind it."""

    typename: str
    """Without its prefix."""
    prefix: str
    path: Path
    layer: str
    geometry: str
    """As GML says it: polygon, multipolygon, line, multiline, point."""


@contextmanager
def start(layers: Iterable[Served], folder: Path, max_features: int = 1000) -> Iterator[str]:
    """Serve copies of ``layers`` and give the base address; ``max_features`` is the most on one page."""
    if MAPSERV is None:
        pytest.skip("MapServer is not installed (Debian package cgi-mapserver)")
    folder.mkdir(parents=True, exist_ok=True)
    _write_services(list(layers), folder, max_features)
    server = _Front(("127.0.0.1", 0), folder)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()  # waits for the requests, and so for the processes, that are under way
        thread.join()


def _write_services(layers: list[Served], folder: Path, max_features: int) -> None:
    (folder / "mapserver.conf").write_text(CONFIG.format(folder=folder))
    copies = {path: folder / f"{number}.gpkg" for number, path in enumerate(dict.fromkeys(s.path for s in layers))}
    for path, copy in copies.items():
        shutil.copyfile(path, copy)
    for prefix in {served.prefix for served in layers}:
        blocks = "".join(_layer_block(s, copies[s.path]) for s in layers if s.prefix == prefix)
        text = MAP.format(prefix=prefix, max_features=max_features, options=OPTIONS, precision=PRECISION, layers=blocks)
        (folder / f"{prefix}.map").write_text(text)


def _layer_block(served: Served, copy: Path) -> str:
    west, south, east, north = pyogrio.read_info(copy, layer=served.layer, force_total_bounds=True)["total_bounds"]
    return LAYER.format(
        typename=served.typename,
        kind=KINDS[served.geometry.removeprefix("multi")],
        geometry=served.geometry,
        path=copy,
        layer=served.layer,
        extent=f"{west - 1} {south - 1} {east + 1} {north + 1}",
    )


class _Front(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        self.folder = folder
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    """Runs ``mapserv`` as a CGI program for ``/<prefix>``."""

    server: _Front

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        mapfile = self.server.folder / f"{path.strip('/')}.map"
        if not mapfile.is_file():
            self.send_error(404)
            return
        environment = {
            "MS_MAPFILE": str(mapfile),
            "MAPSERVER_CONFIG_FILE": str(self.server.folder / "mapserver.conf"),
            "REQUEST_METHOD": self.command,
            "QUERY_STRING": query,
            "SCRIPT_NAME": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_port),
            "HTTP_HOST": self.headers.get("Host", ""),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        }
        output = subprocess.run(
            [str(MAPSERV)], input=body, capture_output=True, env=environment, timeout=60, check=False
        ).stdout
        self._relay(*output.partition(b"\r\n\r\n")[::2])

    def _relay(self, head: bytes, body: bytes) -> None:
        headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
        status = headers.pop("Status", "200" if head else "500")  # nothing at all: the program crashed
        self.send_response(int(status.split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
