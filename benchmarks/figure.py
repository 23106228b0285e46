"""One figure beside its reference."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Figure:
    """A measured value, and what was measured beside it in the same run.

    Attributes:
        name: what was measured.
        value: of ours.
        unit: of both.
        reference: of the other way; None where there is none.
        against: what the other way is.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    against: str = ""

    def __str__(self) -> str:
        """One line, with the ratio."""
        line = f"{self.name:<66}{self.value:>10.4g} {self.unit:<9}"
        if self.reference is None:
            return line
        ratio = self.value / self.reference if self.reference else float("nan")
        return f"{line}{ratio:>8.3g} x {self.reference:.4g} ({self.against})"


def median_ms(work: Callable[[], object], times: int = 21) -> float:
    """Median milliseconds of a call, after one that is not counted."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return statistics.median(taken)
