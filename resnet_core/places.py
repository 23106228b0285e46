"""Where things lie on this machine: the data folder, the folder of runs, and the settings file.

Each folder is the first of these that is given: the environment variable, the setting, the usual place of
the operating system for a user's data.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import platformdirs

APP = "resnet-explainer"
ASSETS = Path(__file__).resolve().parents[1] / "assets"
"""What ships with the app."""

MAX_SETTINGS_BYTES = 64 * 1024
SCHEDULER = re.compile(r"(tcp|tls|ws|wss)://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")

MOST_RUNS = {"runs_per_person": 4, "runs_in_all": 40}
"""How many training runs of one person, and in all, may go on or wait, where no setting says otherwise."""


class SettingsError(ValueError):
    """The settings are not usable; the message is one sentence with what was expected and what came."""


@dataclass(frozen=True)
class Settings:
    """What a person has set; None means "the default".

    Attributes:
        data_folder: absolute path of the folder with the photographs.
        runs_folder: absolute path of the folder in which runs are kept.
        scheduler_address: address of a dask scheduler such as "tcp://host:8786", for a cluster; without
            it the workers run on this machine.
        runs_per_person: how many training runs of one person may go on or wait.
        runs_in_all: how many may on this machine.

    Raises:
        SettingsError: for a value of another type, a relative path, an address of another form, or a number
            out of range.
    """

    data_folder: str | None = None
    runs_folder: str | None = None
    scheduler_address: str | None = None
    runs_per_person: int | None = None
    runs_in_all: int | None = None

    def __post_init__(self) -> None:
        """Check every value."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in MOST_RUNS:
                _check_count(f"The setting {field.name}", value)
            elif value is not None and (not isinstance(value, str) or not value or "\0" in value):
                raise SettingsError(f"The setting {field.name} should be a text or null, but {value!r} came.")
        for name in ("data_folder", "runs_folder"):
            value = getattr(self, name)
            if value is not None and not Path(value).is_absolute():
                raise SettingsError(f"The setting {name} should be an absolute path, but {value!r} came.")
        address = self.scheduler_address
        if address is not None and not SCHEDULER.fullmatch(address):
            raise SettingsError(
                f"The setting scheduler_address should look like tcp://host:8786, but {address!r} came."
            )


def _check_count(what: str, value: object) -> None:
    if value is not None and (type(value) is not int or not 1 <= value <= 1000):
        raise SettingsError(f"{what} should be a whole number from 1 to 1000, but {value!r} came.")


def settings_file() -> Path:
    """The path of settings.json: RESNET_SETTINGS, or in the user's configuration folder."""
    given = os.environ.get("RESNET_SETTINGS")
    return Path(given).expanduser() if given else Path(platformdirs.user_config_dir(APP)) / "settings.json"


def load_settings() -> Settings:
    """Read the settings; without a file they are the defaults.

    Raises:
        SettingsError: when the file cannot be read, or does not hold the settings and nothing else.
    """
    path = settings_file()
    try:
        with path.open("rb") as file:
            text = file.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"The settings in {path} cannot be read: {error.strerror}.") from error
    if len(text) > MAX_SETTINGS_BYTES:
        raise SettingsError(f"The settings in {path} should be at most 64 KiB, but the file is larger.")
    try:
        values = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"The settings in {path} should be JSON, but other text came.") from error
    if not isinstance(values, dict):
        raise SettingsError(f"The settings in {path} should be a JSON object, but other JSON came.")
    known = [field.name for field in fields(Settings)]
    for name in values:
        if name not in known:
            raise SettingsError(
                f"The settings in {path} should only have {', '.join(known)}, but {name!r} came."
            )
    return Settings(**values)


def save_settings(settings: Settings) -> Path:
    """Write the settings and return the path of the file; it is written beside and renamed."""
    path = settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {name: value for name, value in asdict(settings).items() if value is not None}, indent=2
    )
    write_beside(path, f"{text}\n".encode())
    return path


def write_beside(path: Path, content: bytes) -> None:
    """Write a new file beside `path` and give it that name, so that no reader sees half of it."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def data_folder() -> Path:
    """The folder with the photographs: RESNET_DATA_DIR, the setting, or the user's data folder."""
    return _folder("RESNET_DATA_DIR", "data_folder", "data")


def runs_folder() -> Path:
    """The folder with the runs: RESNET_RUNS_DIR, the setting, or the user's data folder."""
    return _folder("RESNET_RUNS_DIR", "runs_folder", "runs")


def weights_folder() -> Path:
    """The folder with the weights that people have given: RESNET_WEIGHTS_DIR, or beside the photographs."""
    given = os.environ.get("RESNET_WEIGHTS_DIR")
    return Path(given).expanduser().absolute() if given else data_folder() / "weights"


def recordings_folder() -> Path:
    """The folder with the runs that ship: RESNET_RECORDINGS_DIR, or the app's own."""
    given = os.environ.get("RESNET_RECORDINGS_DIR")
    return Path(given).expanduser().absolute() if given else ASSETS / "runs"


def races_folder() -> Path:
    """The folder with the races that ship: RESNET_RACES_DIR, or the app's own."""
    given = os.environ.get("RESNET_RACES_DIR")
    return Path(given).expanduser().absolute() if given else ASSETS / "races"


def most_runs(name: str) -> int:
    """How many runs may go on or wait: RESNET_RUNS_PER_PERSON or RESNET_RUNS_IN_ALL, the setting, or usual.

    Args:
        name: ``runs_per_person`` or ``runs_in_all``.

    Raises:
        SettingsError: for a variable that is no number from 1 to 1000.
    """
    variable = f"RESNET_{name.upper()}"
    given = os.environ.get(variable)
    if given:
        value = int(given) if given.isascii() and given.isdecimal() else given
        _check_count(variable, value)
        return int(value)
    return int(getattr(load_settings(), name) or MOST_RUNS[name])


def lessons_folder() -> Path:
    """The folder with the runs that lessons are about: RESNET_LESSONS_DIR, or the app's own."""
    given = os.environ.get("RESNET_LESSONS_DIR")
    return Path(given).expanduser().absolute() if given else ASSETS / "lessons"


def challenges_file() -> Path | None:
    """A file with more challenges for the block builder: RESNET_CHALLENGES, or none."""
    given = os.environ.get("RESNET_CHALLENGES")
    return Path(given).expanduser().absolute() if given else None


def _folder(variable: str, setting: str, default: str) -> Path:
    given = os.environ.get(variable) or getattr(load_settings(), setting)
    path = Path(given) if given else Path(platformdirs.user_data_dir(APP)) / default
    return path.expanduser().absolute()
