"""Renders a large set of hand signs: `python -m tools.render_hands --out SET.h5 --count 10000 --seed 1`.

It needs what `tools/rendering/requirements.txt` names. Interrupted, and started again with the same
arguments, it goes on where it was; with a larger count it makes the set longer.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path

import numpy as np

from tools.rendering import sets

CHUNK = 48
"""Pictures that are written at once, and at most lost."""


def draw(job: sets.Job) -> sets.Drawn:
    """Draws one picture; only here is the renderer loaded."""
    from tools.rendering.draw import picture

    made = picture(job.seed, job.kind, job.label)
    return sets.Drawn(made.pixels, made.label, made.record)


def render(path: Path, count: int, seed: int, no_sign_share: float, workers: int) -> None:
    """Renders what a set lacks to `count` pictures, with a line of progress a chunk.

    Raises:
        ValueError: The file is another set's.
    """
    done = sets.prepare(path, seed, no_sign_share)
    jobs = [sets.job(index, seed, no_sign_share) for index in range(done, count)]
    print(f"{path}: {done} of {count} pictures are there.", flush=True)
    if not jobs:
        return
    began, first, drawn = time.monotonic(), done, []
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for one in pool.imap(draw, jobs, chunksize=4):
            drawn.append(one)
            if len(drawn) == CHUNK or done + len(drawn) == count:
                sets.append(path, done, drawn)
                done, drawn = done + len(drawn), []
                rate = (done - first) / (time.monotonic() - began)
                left = (count - done) / rate / 60
                print(f"{done} of {count}, {rate:.1f} a second, {left:.0f} minutes left", flush=True)


def made_again(path: Path, index: int) -> str:
    """Renders a picture of a set once more and says whether it is "the same" to the last bit.

    Where it is not, says whether the renderer is another one too.
    """
    kept, job = sets.read(path, index)
    again = draw(job)
    if again.label == kept.label and np.array_equal(again.pixels, kept.pixels):
        return "the same"
    old, new = kept.record["code"], again.record["code"]
    return "another one" + (f", since the renderer is {new} and was {old}" if old != new else "")


def main() -> int:
    """Does what the command line asks; returns 0, or 1 where a picture came out otherwise."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, help="HDF5 file of the set, made or gone on with")
    asked.add_argument("--count", type=int, default=1000, help="pictures in all (%(default)s)")
    asked.add_argument("--seed", type=int, default=1, help="of the set (%(default)s)")
    asked.add_argument("--no-sign-share", type=float, default=0.12, help="without a sign (%(default)s)")
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")
    asked.add_argument("--sheet", type=Path, help="writes a contact sheet (PNG) of the set, sign by sign")
    asked.add_argument("--again", type=int, metavar="INDEX", help="renders this picture of the set again")
    given = asked.parse_args()
    if given.out is None:
        asked.error("--out should name the file of the set, but is missing.")
    try:
        if given.again is not None:
            found = made_again(given.out, given.again)
            print(f"Picture {given.again} is {found}.")
            return 0 if found == "the same" else 1
        render(given.out, given.count, given.seed, given.no_sign_share, given.workers)
        if given.sheet is not None:
            sets.sheet(given.out).save(given.sheet)
    except ValueError as error:
        asked.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
