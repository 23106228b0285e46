"""The optional networks that find hands: fetched once for an environment, and never a reason to stop."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.installation import Environment

FETCH = ("-m", "resnet_core", "detector", "fetch")
WHAT = "resnet_core/hands/detectorfiles.py"
WITHOUT = (
    "Everything works without finding hands: people then place the square themselves. To try again: "
    "{} -m resnet_core detector fetch."
)


def obtain(environment: Environment) -> bool:
    """Fetches the networks, unless that was tried before in this environment.

    A failure is told and remembered too, so that an app without a network does not start slowly each time.

    Args:
        environment: One in which the requirements are installed.

    Returns:
        Whether the networks were fetched, now or before.
    """
    what = hashlib.sha256((environment.root / WHAT).read_bytes()).hexdigest()
    stamp = environment.folder / "fetched-hand-detector"
    if stamp.exists():
        tried, _, outcome = stamp.read_text(encoding="ascii").partition(" ")
        if tried == what:
            return outcome == "done"
    print("Fetching the networks that find hands (once; 36 MB, of which 7 MB stay).", flush=True)
    command = [environment.python, *FETCH]
    success = subprocess.call(command, cwd=str(environment.root), stdout=subprocess.DEVNULL) == 0
    if not success:
        print(WITHOUT.format(environment.python), file=sys.stderr, flush=True)
    stamp.write_text("{} {}".format(what, "done" if success else "failed"), encoding="ascii")
    return success
