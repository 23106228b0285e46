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
CREATE TABLE IF NOT EXISTS rates (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, factor REAL NOT NULL,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS single_steps (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
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

#: Columns of runs that stores of older versions lack: who started it, when it was asked for, began and ended,
#: and what people ask of it while it goes on.
_LATER = {
    "person": "TEXT NOT NULL DEFAULT ''",
    "asked": "REAL NOT NULL DEFAULT 0",
    "began": "REAL",
    "ended": "REAL",
    "paused": "INTEGER NOT NULL DEFAULT 0",
    "allowed": "INTEGER NOT NULL DEFAULT 0",
    "rate": "REAL",
}


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
        self._add_later_columns()

    def _add_later_columns(self) -> None:
        """Give a store of an older version what it lacks; its rows keep what they say."""
        if not self._missing():
            return
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")  # another process may be about to do the same
            for name in self._missing():
                connection.execute(f"ALTER TABLE runs ADD COLUMN {name} {_LATER[name]}")

    def _missing(self) -> list[str]:
        there = {name for _, name, *_ in self.rows("PRAGMA table_info(runs)")}
        return [name for name in _LATER if name not in there]

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
