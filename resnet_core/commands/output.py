"""How commands speak: JSON or text on standard output, progress and refusals on standard error."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

#: The option that every command has.
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def say(as_json: bool, values: Any, text: str) -> None:
    """Print `values` as JSON or `text`, whichever was asked for."""
    click.echo(json.dumps(values, indent=2) if as_json else text)


def progress(line: str) -> None:
    """Print a line on standard error, where it does not disturb the result."""
    click.echo(line, err=True)


def one_sentence(command: Command) -> Command:
    """Turn what a command refuses into a sentence on standard error and exit status 1.

    The refusals of this program are `ValueError`s whose message is a sentence; files that cannot be read
    and connections that fail are `OSError`s.
    """

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (ValueError, OSError) as problem:
            progress(_sentence(problem))
            sys.exit(1)

    return wrapped  # type: ignore[return-value]


def _sentence(problem: Exception) -> str:
    """What is wrong; where the system refuses a file, its name and why, without the system's number."""
    if isinstance(problem, OSError) and problem.filename and problem.strerror:
        return f"{problem.filename} cannot be used: {problem.strerror[:1].lower()}{problem.strerror[1:]}."
    return str(problem)
