"""How numbers are written, in one place: three significant digits, thin spaces, units always."""

from __future__ import annotations

import math
from decimal import Decimal

THIN = "\u202f"
"""The thin space that does not break a line (NARROW NO-BREAK SPACE)."""

_SCALES = ((1e9, "billion"), (1e6, "million"))


def whole(value: int) -> str:
    """Writes an integer in full with thin spaces between thousands: 23 600 006."""
    return f"{int(value):,}".replace(",", THIN).replace("-", "\u2212")


def significant(value: float, digits: int = 3) -> str:
    """Writes a number with so many significant digits: 0.0123, 4.57, 1 230, 6.2·10⁻⁹.

    Numbers below one thousandth and from ten million on are written with a power of ten. Not-a-number and
    the infinities are written as words, because a reading has to be able to speak of them.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinity" if value > 0 else "\u2212infinity"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if power < -3 or power >= 7:
        return f"{mantissa}\u00b710{_superscript(power)}".replace("-", "\u2212")
    plain = Decimal(mantissa) * Decimal(10) ** power
    return f"{plain:,.{max(0, digits - 1 - power)}f}".replace(",", THIN).replace("-", "\u2212")


def large(value: float) -> str:
    """Writes a large count in words: 23.6 million, 3.86 billion, 4 320."""
    for scale, word in _SCALES:
        if abs(value) >= scale * 0.9995:
            return f"{significant(value / scale)}{THIN}{word}"
    return whole(round(value))


def percent(share: float, digits: int = 3) -> str:
    """Writes a share of one as a percentage: 0.958 is 95.8 %, 1.0 is 100 %."""
    if share in {0.0, 1.0}:
        return f"{round(100 * share)}{THIN}%"
    return f"{significant(100 * share, digits)}{THIN}%"


def interval(low: float, high: float) -> str:
    """Writes a range of shares as percentages: 91.5 to 97.9 %."""
    return f"{significant(100 * low)} to {percent(high)}"


def duration(seconds: float) -> str:
    """Writes a time: 43 ms, 5.12 s, 57 s, 2 min 47 s, 1 h 5 min."""
    if seconds < 0.9995:
        return (
            f"{significant(1000 * seconds)}{THIN}ms" if seconds >= 0.01 else f"{1000 * seconds:.1f}{THIN}ms"
        )
    if seconds < 9.995:
        return f"{significant(seconds)}{THIN}s"
    rounded = round(seconds)
    if rounded < 60:
        return f"{rounded}{THIN}s"
    minutes, rest = divmod(rounded, 60)
    if minutes < 60:
        return f"{minutes}{THIN}min {rest}{THIN}s" if rest else f"{minutes}{THIN}min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}{THIN}h {minutes}{THIN}min" if minutes else f"{hours}{THIN}h"


def size(count: float) -> str:
    """Writes a number of bytes: 512 bytes, 94.4 kB, 2.58 GB (powers of 1000)."""
    for scale, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= scale * 0.9995:
            return f"{significant(count / scale)}{THIN}{unit}"
    return f"{whole(round(count))}{THIN}bytes"


def shape(dimensions: tuple[int | None, ...]) -> str:
    """Writes the shape of an activation: 16×16×256."""
    return "\u00d7".join("any" if length is None else str(length) for length in dimensions)


def plural(count: int, one: str, many: str | None = None) -> str:
    """Writes a count with its noun: 1 run, 2 runs, 1 200 photographs."""
    return f"{whole(count)} {one if count == 1 else many or one + 's'}"


def power(base: int, exponent: int) -> str:
    """Writes a power as it stands in print: 2⁵⁴."""
    return f"{base}{_superscript(exponent)}"


def _superscript(power: int) -> str:
    digits = str(abs(power)).translate(
        str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
    )
    return ("\u207b" if power < 0 else "") + digits
