"""Addresses as they may be shown: no password or key ever reaches a file that is passed on."""

from __future__ import annotations

import re

HIDDEN = "***"
_USER = re.compile(r"(?<=://)[^/?#\s]*@")
_NAMED = re.compile(
    r"(?i)((?:^|[?&;\s])[a-z_.-]*(?:password|passwd|pwd|wachtwoord|token|secret|signature|sig|key|auth)\s*=\s*)"
    r"('[^']*'|[^&;\s#]+)"
)


def without_secrets(address: str) -> str:
    """Give an address with user names, passwords and keys replaced by ``***``.

    Parameters
    ----------
    address : str
        URL, connection string of PostgreSQL, or file name.
    """
    return _NAMED.sub(rf"\g<1>{HIDDEN}", _USER.sub(f"{HIDDEN}@", address))
