"""The SQLite file under the run store: its tables, and connections to it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, settings TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', created REAL NOT NULL, seconds REAL NOT NULL DEFAULT 0,
    step INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0,
    card TEXT NOT NULL DEFAULT '{}', evaluation TEXT,
    stop INTEGER NOT NULL DEFAULT 0, beat REAL NOT NULL, host TEXT NOT NULL DEFAULT '',
    pid INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS steps (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, epoch INTEGER NOT NULL,
    seconds REAL NOT NULL, loss REAL NOT NULL, accuracy REAL NOT NULL, learning_rate REAL NOT NULL,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS epochs (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, epoch INTEGER NOT NULL, step INTEGER NOT NULL,
    seconds REAL NOT NULL, train_loss REAL NOT NULL, train_accuracy REAL NOT NULL,
    validation_loss REAL, validation_accuracy REAL, test_loss REAL, test_accuracy REAL,
    PRIMARY KEY (run, epoch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gradients (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, norms BLOB NOT NULL,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hardest (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, epoch INTEGER NOT NULL, seen INTEGER NOT NULL,
    photographs TEXT NOT NULL, PRIMARY KEY (run, epoch)) WITHOUT ROWID;
"""


class Database:
    """One SQLite file in WAL mode, so that pages read while workers write.

    Every use opens its own connection: connections belong to one thread, and opening one takes less than
    a millisecond.

    Args:
        path: of the file; it is made, with its tables, when missing.
    """

    def __init__(self, path: Path) -> None:
        """Open the file and make what is missing."""
        self.path = path
        with self.connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    @contextlib.contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction: committed at the end, rolled back on an error."""
        connection = sqlite3.connect(self.path, timeout=20)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")  # durable enough with WAL, and far faster
            with connection:
                yield connection
        finally:
            connection.close()

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.connection() as connection:
            return connection.execute(query, tuple(values)).fetchall()
