"""The numbers behind a picture as a table: for the downloads of the pages and the files of the commands."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

Columns = Mapping[str, Sequence[Any]]
"""Names and columns; shorter ones are filled with empty cells."""


def csv_text(data: Columns) -> str:
    """Writes columns as CSV (RFC 4180) with a line of names; numbers in full precision.

    Args:
        data: Names and columns; arrays of numpy and lists alike.
    """
    columns = [list(column.tolist() if hasattr(column, "tolist") else column) for column in data.values()]
    length = max((len(column) for column in columns), default=0)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(data)
    for row in range(length):
        writer.writerow([column[row] if row < len(column) else "" for column in columns])
    return written.getvalue()
