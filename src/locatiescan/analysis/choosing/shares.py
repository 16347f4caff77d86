"""Each municipality's share of the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from locatiescan.policy.figures import Figures
from locatiescan.policy.portfolio import Quota

PRO_RATA = "pro_rata"


def shares(
    codes: Sequence[str],
    figures: Mapping[str, Figures],
    target: int,
    method: str,
    quotas: Mapping[str, Quota] | None = None,
) -> Mapping[str, int] | None:
    """Divide the target over municipalities by the homes they have now. An assumption: nowhere decided.

    Parameters
    ----------
    codes : sequence of str
        CBS codes of the region's municipalities.
    figures : mapping of str to Figures
        By code; ``woningvoorraad`` is used.
    target : int
        Homes.
    method : str
        ``pro_rata``, or ``vrij``: then only municipalities whose quota has an ``aandeel`` have a share.
    quotas : mapping of str to Quota, optional
        An ``aandeel`` there goes before; what is left of the target is divided over the others.

    Returns
    -------
    mapping of str to int or None
        None where the homes of a municipality that should have a share are unknown: then nothing can be shared out.

    Notes
    -----
    Largest remainder (Hamilton), in exact fractions; of equal remainders the code that comes first goes before.
    """
    own = {code: quotas[code].aandeel for code in codes if quotas and code in quotas}
    fixed = {code: Fraction(str(part)) for code, part in own.items() if part is not None}
    rest = [code for code in codes if code not in fixed] if method == PRO_RATA else []
    stock = {code: figures[code].woningvoorraad.waarde if code in figures else None for code in rest}
    known = {code: Fraction(str(homes)) for code, homes in stock.items() if homes is not None}
    left = max(1 - sum(fixed.values()), Fraction(0))
    if len(known) < len(rest) or (rest and not sum(known.values()) and left):
        return None
    parts = fixed | {code: left * homes / sum(known.values()) for code, homes in known.items() if left}
    return _rounded({code: parts.get(code, Fraction(0)) * target for code in codes if code in fixed or code in known})


def unknown_stock(codes: Sequence[str], figures: Mapping[str, Figures]) -> tuple[str, ...]:
    """Codes whose homes are unknown, to tell why `shares` gave nothing."""
    return tuple(code for code in codes if code not in figures or figures[code].woningvoorraad.waarde is None)


def _rounded(exact: Mapping[str, Fraction]) -> dict[str, int]:
    whole = {code: int(amount) for code, amount in exact.items()}
    missing = round(sum(exact.values())) - sum(whole.values())
    order = sorted(exact, key=lambda code: whole[code] - exact[code])  # stable: first code goes before
    return {code: homes + (code in order[:missing]) for code, homes in whole.items()}
