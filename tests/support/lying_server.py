"""A WFS that can lie, for each lie its own switch."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from small_world import X, Y

CAPABILITIES = """<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"
  xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink">
  <ows:ServiceIdentification><ows:Title>t</ows:Title><ows:ServiceType>WFS</ows:ServiceType>
    <ows:ServiceTypeVersion>2.0.0</ows:ServiceTypeVersion><ows:Fees>NONE</ows:Fees>
    <ows:AccessConstraints>CC0 volgens de dienst</ows:AccessConstraints></ows:ServiceIdentification>
  <ows:OperationsMetadata>
    <ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="http://127.0.0.1/"/></ows:HTTP></ows:DCP>
      <ows:Parameter name="outputFormat">
        <ows:AllowedValues><ows:Value>{format}</ows:Value></ows:AllowedValues></ows:Parameter>
    </ows:Operation>
    <ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>{count}</ows:DefaultValue></ows:Constraint>
  </ows:OperationsMetadata>
  <wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>test:ding</wfs:Name><wfs:Title>ding</wfs:Title>
    <wfs:DefaultCRS>urn:ogc:def:crs:EPSG::28992</wfs:DefaultCRS></wfs:FeatureType></wfs:FeatureTypeList>
</wfs:WFS_Capabilities>"""
SCHEMA = """<schema xmlns="http://www.w3.org/2001/XMLSchema"><complexType name="dingType"><complexContent><extension>
<sequence><element name="id" type="int"/><element name="naam" type="string"/><element name="geom"/></sequence>
</extension></complexContent></complexType><element name="ding" type="x:dingType"/></schema>"""
REPORT = """<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">
<ows:Exception exceptionCode="InvalidParameterValue" locator="typename"><ows:ExceptionText>{text}</ows:ExceptionText>
</ows:Exception></ows:ExceptionReport>"""

Answer = tuple[int, str, bytes]


@dataclass
class Server:
    """Points on a grid of metres, and what the server does to its answers."""

    side: int = 20
    count: int = 10
    format: str = "application/json"
    lie: Callable[[dict[str, str], Answer], Answer] = lambda query, answer: answer
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def points(self, query: dict[str, str]) -> list[tuple[int, float, float]]:
        west, south, east, north = (float(edge) for edge in query["bbox"].split(",")[:4])
        every = [(i, X + 10 * (i % self.side), Y + 10 * (i // self.side)) for i in range(self.side**2)]
        return [(i, x, y) for i, x, y in every if west <= x <= east and south <= y <= north]

    def answer(self, query: dict[str, str]) -> Answer:
        self.asked.append(query)
        if query["request"] == "GetCapabilities":
            return 200, "text/xml", CAPABILITIES.format(format=self.format, count=self.count).encode()
        if query["request"] == "DescribeFeatureType":
            return 200, "text/xml", SCHEMA.encode()
        found = self.points(query)
        if query.get("resulttype") == "hits":
            return 200, "text/xml", f'<FeatureCollection numberMatched="{len(found)}" numberReturned="0"/>'.encode()
        start, count = int(query.get("startindex", 0)), min(int(query["count"]), self.count)
        features = [feature(i, x, y) for i, x, y in found[start : start + count]]
        return 200, "application/json", json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(i: int, x: float, y: float) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [x, y]},
        "properties": {"id": i, "naam": f"n{i}"},
    }


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Serve on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {key.lower(): value[0] for key, value in parse_qs(urlsplit(self.path).query).items()}
            status, kind, body = server.lie(query, server.answer(query))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            length = len(body)
            if body.endswith(b"<<half>>"):  # promise more than comes
                body, length = body.removesuffix(b"<<half>>"), len(body) + 100
            self.send_header("Content-Length", str(length))
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{http.server_port}/wfs"
        yield server
        http.shutdown()
        thread.join()
