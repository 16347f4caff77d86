"""When law is in force, and the days on which a decision may come and stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from locatiescan.policy.planning import LegalPath, Restriction, Route

MOMENTS = ("besluit", "in_werking", "onherroepelijk")
DATES = tuple(f"{moment}_{end}" for moment in MOMENTS for end in ("vroeg", "laat"))
DAYS_A_WEEK = 7


def in_force(rule: Route | Restriction, day: date) -> bool:
    """Whether a rule is there for an application on a day; both ends count."""
    return not out_of_force(rule, day)


def out_of_force(rule: Route | Restriction, day: date) -> str:
    """Why a rule is not there for an application on a day, in Dutch; empty where it is."""
    if rule.tot and day > date.fromisoformat(rule.tot):
        return f"gold voor aanvragen tot en met {_dutch(rule.tot)}"
    if rule.vanaf and day < date.fromisoformat(rule.vanaf):
        return f"geldt voor aanvragen vanaf {_dutch(rule.vanaf)}"
    return ""


def six_dates(applied: date, weeks: tuple[float, float], path: LegalPath) -> Mapping[str, str]:
    """Days of decision, effect and finality, early and late.

    Parameters
    ----------
    applied : date
        Day of the application.
    weeks : tuple of float
        From application to decision, low and high.
    path : LegalPath
        What follows the decision.

    Returns
    -------
    mapping
        `DATES` to ISO 8601 text.
    """
    ends = {"vroeg": (weeks[0], "laag"), "laat": (weeks[1], "hoog")}
    after = {"besluit": None, "in_werking": path.in_werking, "onherroepelijk": path.onherroepelijk}
    return {
        f"{moment}_{end}": _later(applied, decision + (getattr(time, key) if time else 0.0))
        for moment, time in after.items()
        for end, (decision, key) in ends.items()
    }


def _later(day: date, weeks: float) -> str:
    return (day + timedelta(days=round(weeks * DAYS_A_WEEK))).isoformat()


def _dutch(day: str) -> str:
    return "-".join(reversed(day.split("-")))
