"""What time it is, for whatever is written into a file.

``SOURCE_DATE_EPOCH`` (seconds since 1970, reproducible-builds.org) stands in for the clock, so that the same input
gives the same bytes on any day. The store does not heed it: how old a layer is must be true.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from locatiescan.errors import UsageError

VARIABLE = "SOURCE_DATE_EPOCH"


def now() -> datetime:
    """The moment, in UTC, to the second.

    Raises
    ------
    UsageError
        If ``SOURCE_DATE_EPOCH`` is no number of seconds.
    """
    said = os.environ.get(VARIABLE)
    if not said:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(said), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"{VARIABLE} is '{said}'; het moet een aantal seconden sinds 1970 zijn.") from error


def today() -> date:
    """The day where the user is; in UTC where ``SOURCE_DATE_EPOCH`` says it, as that must not depend on the place."""
    return now().date() if os.environ.get(VARIABLE) else now().astimezone().date()
