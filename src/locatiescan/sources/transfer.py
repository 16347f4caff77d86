"""Polite, bounded HTTP: every request of every protocol goes through here."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import requests
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from locatiescan import __version__
from locatiescan.errors import SourceError

log = logging.getLogger(__name__)

CONNECTIONS = 4
"""PDOK asks for fair use; four at a time is what its polite clients do."""
MAX_BYTES = 300_000_000
TIMEOUT_S = (10, 120)
CONTACT = "https://github.com/locatiescan/locatiescan"
"""Whom a service can turn to; a municipality that fetches much sets its own in LOCATIESCAN_CONTACT."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _SafeRedirects(requests.Session):
    """A session that follows a redirect to https or the same host only."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        here, there = urlsplit(resp.url), urlsplit(urljoin(resp.url, target))
        if there.scheme != "https" and (there.hostname, there.port) != (here.hostname, here.port):
            raise SourceError(f"{resp.url}: weigert de omleiding naar {there.scheme}://{there.hostname}")
        return target


@cache
def _session() -> requests.Session:
    session = _SafeRedirects()
    session.headers["User-Agent"] = f"locatiescan/{__version__} (+{os.environ.get('LOCATIESCAN_CONTACT', CONTACT)})"
    session.max_redirects = 5
    retry = Retry(
        total=4,
        backoff_factor=0.5,
        backoff_jitter=0.3,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=("GET",),
        raise_on_status=False,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=retry))
    return session


def get(url: str, params: dict[str, str] | None = None, max_bytes: int = MAX_BYTES) -> requests.Response:
    """Fetch a document whole, or stop.

    Parameters
    ----------
    url : str
        Address, with https, or http on this machine.
    params : dict, optional
        Query parameters.
    max_bytes : int
        The most that is read, after decompression.

    Returns
    -------
    requests.Response
        With its whole content read. Statuses below 500 are the caller's to judge.

    Raises
    ------
    SourceError
        If nothing came, half a body came, more than `max_bytes` came, or the service keeps failing.
    """
    with _opened(url, params) as response:
        response._content = b"".join(_chunks(response, max_bytes))
    if response.status_code >= 500 or response.status_code == 429:
        raise SourceError(f"{response.url}: de dienst blijft antwoorden met HTTP {response.status_code}")
    return response


def save(url: str, path: Path, max_bytes: int) -> None:
    """Fetch a large file to disk.

    Raises
    ------
    SourceError
        If it does not come whole, is refused, or is larger than `max_bytes`.
    """
    with _opened(url, None) as response, path.open("wb") as file:
        if response.status_code >= 400:
            raise SourceError(f"{response.url}: HTTP {response.status_code}")
        for chunk in _chunks(response, max_bytes):
            file.write(chunk)


def head(url: str) -> tuple[int, int | None]:
    """Status of an address and the size it says it has, without reading it."""
    with _opened(url, None) as response:
        said = response.headers.get("Content-Length", "")
        return response.status_code, int(said) if said.isdigit() else None


def parse_xml(content: bytes, origin: str) -> Element:
    """Parse XML from outside: no entities, no DTD, no network.

    Raises
    ------
    SourceError
        If it is no well-formed XML, or declares a DTD.
    """
    try:
        return fromstring(content, forbid_dtd=True)
    except ParseError as error:
        raise SourceError(f"{origin}: het antwoord is geen XML ({error}): {excerpt(content)}") from error
    except DefusedXmlException as error:
        raise SourceError(f"{origin}: het antwoord bevat een DTD of entiteit; dat wordt geweigerd") from error


def exception_text(content: bytes) -> str | None:
    """Text of an OGC ExceptionReport, or None where the content is none."""
    if not re.search(rb"Exception(Report|Text)?[\s>/]", content[:2000]):
        return None
    root = parse_xml(content, "ExceptionReport")
    said = [
        " ".join([*(f"{k}={v}" for k, v in element.attrib.items()), *"".join(element.itertext()).split()])
        for name in ("Exception", "ServiceException")
        for element in root.iterfind(f".//{{*}}{name}")
    ]
    return "; ".join(said) or " ".join("".join(root.itertext()).split())


def excerpt(content: bytes) -> str:
    """Begin of an unexpected answer, for an error message."""
    return " ".join(content[:200].decode("utf-8", "replace").split())


@contextmanager
def _opened(url: str, params: dict[str, str] | None) -> Iterator[requests.Response]:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise SourceError(f"{url}: alleen https-adressen worden gelezen")
    log.debug("%s %s", url, params or "")
    try:
        with _session().get(url, params=params, timeout=TIMEOUT_S, stream=True) as response:
            yield response
    except requests.RequestException as error:
        raise SourceError(f"{parts.netloc} is niet te bereiken of antwoordt niet volledig: {_reason(error)}") from error


def _chunks(response: requests.Response, max_bytes: int) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_content(1 << 16):
        size += len(chunk)
        if size > max_bytes:
            raise SourceError(f"{response.url}: het antwoord is groter dan {max_bytes // 1_000_000} MB")
        yield chunk


def _reason(error: Exception) -> str:
    cause = getattr(error, "args", [error])
    inner = getattr(cause[0], "reason", None) if cause else None
    return type(inner or error).__name__
