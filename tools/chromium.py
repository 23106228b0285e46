"""The browser of the browser tests: found, or installed where that is possible without asking anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Run = Callable[[Sequence[str]], tuple[bool, str]]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-noto-color-emoji")
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
NO_BROWSER = (
    "No browser was found and none could be installed, so the browser tests cannot run: install Chromium or "
    "Chrome, or name one in the variable CHROMIUM."
)


def succeeded(command: Sequence[str]) -> tuple[bool, str]:
    """Runs a command without input; where it fails, shows the last line of its complaint.

    Returns:
        Whether it succeeded, and what it wrote to standard output.
    """
    pipe = subprocess.PIPE
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, check=False
        )
    except OSError:
        return False, ""
    complaint = answer.stderr.strip().splitlines()
    if answer.returncode != 0 and complaint:
        print(complaint[-1], file=sys.stderr)
    return answer.returncode == 0, answer.stdout


def find(environ: Mapping[str, str] = os.environ, run: Run = succeeded) -> str | None:
    """Returns the path of a Chromium or Chrome that starts, or None.

    `CHROMIUM` names one; otherwise the usual names on the PATH and the applications of macOS are tried.
    Each is asked for its version, since Ubuntu's `chromium-browser` may be a notice and no browser.
    """
    named = environ.get("CHROMIUM")
    for name in (named,) if named else (*NAMES, *APPLICATIONS):
        path = shutil.which(name, path=environ.get("PATH"))
        if path and run([path, "--version"])[0]:
            return path
    return None


def find_playwrights(python: str, run: Run = succeeded) -> str | None:
    """Returns the path of the Chromium that Playwright itself has installed, or None."""
    success, path = run([python, "-c", PLAYWRIGHTS_OWN])
    return path.strip() if success and os.path.exists(path.strip()) else None


def obtain(python: str, environ: Mapping[str, str] = os.environ, run: Run = succeeded) -> str | None:
    """Finds a browser or installs one: Debian's package where that is allowed, else Playwright's own.

    Args:
        python: An interpreter that has Playwright.
        environ: The environment's variables.
        run: Runs a command and returns whether it succeeded and what it wrote.

    Returns:
        The path of a browser, or None where there is none and none can be installed.
    """
    path = find(environ, run) or find_playwrights(python, run)
    if path:
        return path
    if shutil.which("apt-get", path=environ.get("PATH")):
        path = _from_debian(environ, run)
    if not path:
        print("Installing Playwright's own Chromium.", flush=True)
        run([python, "-m", "playwright", "install", "chromium"])
        path = find_playwrights(python, run)
    return path


def _from_debian(environ: Mapping[str, str], run: Run) -> str | None:
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not run([*rights, "true"])[0]:
        return None
    print("Installing Debian's Chromium.", flush=True)
    quiet = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    run([*quiet, "update"])
    run([*quiet, "install", "-y", "--no-install-recommends", *PACKAGES])
    return find(environ, run)
