"""One transfer over HTTP into a `.part` file, going on from what is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from resnet_core.hands.filekind import HDF5_SIGNATURE, kind_of

CHUNK_BYTES = 64 * 1024
CONNECT_S = 10.0
READ_S = 30.0
"""Seconds to wait for a connection, and for the next bytes."""


class TransferError(Exception):
    """A transfer failed; the message goes on from the name of the server.

    Attributes:
        again: whether the same address is worth another try.
        unreachable: whether there was no connection to the server at all.
    """

    def __init__(self, reason: str, *, again: bool = False, unreachable: bool = False) -> None:
        """Say why."""
        super().__init__(reason)
        self.again = again
        self.unreachable = unreachable


def transfer(session: requests.Session, url: str, part: Path, size: int, step: Callable[[int], None]) -> bool:
    """Bring `part` to `size` bytes with what `url` sends.

    Args:
        session: the connection to use; it knows the proxies.
        url: address of an HDF5 file.
        part: where the bytes go; what is there already is asked for no more.
        size: bytes of the whole file.
        step: called with the bytes that are here after each piece; what it raises ends the transfer.

    Returns:
        Whether bytes from an earlier transfer were kept.

    Raises:
        TransferError: when the server cannot be reached, sends something else, or stops too early.
        OSError: when `part` cannot be written.
    """
    have = part.stat().st_size if part.exists() else 0
    if have >= size:
        return True
    with _ask(session, url, have) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink(missing_ok=True)
            raise TransferError("has no such part of the file", again=True)
        start = _start(response, have)
        pieces = _pieces(response)
        first = next(pieces, b"")
        if start == 0:
            _check_first(response, first, size)
        _write(part, start, size, _first_and_rest(first, pieces), step)
    return start > 0


def _ask(session: requests.Session, url: str, have: int) -> requests.Response:
    # "identity": digest and range are of the file itself, not of a packed form of it.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        return session.get(url, headers=headers, stream=True, timeout=(CONNECT_S, READ_S))
    except requests.exceptions.ConnectTimeout as error:
        raise TransferError("could not be reached", unreachable=True) from error
    except requests.exceptions.ProxyError as error:
        raise TransferError("could not be reached through the proxy", unreachable=True) from error
    except requests.exceptions.SSLError as error:
        raise TransferError("showed no valid certificate") from error
    except requests.exceptions.ConnectionError as error:
        raise TransferError("could not be reached", again=True, unreachable=True) from error
    except requests.exceptions.Timeout as error:
        raise TransferError(f"did not answer for {READ_S:.0f} seconds", again=True) from error
    except requests.exceptions.RequestException as error:
        raise TransferError(f"could not be asked ({type(error).__name__})") from error


def _start(response: requests.Response, have: int) -> int:
    """The place in the file from which the server sends: 0 when it does not know ranges."""
    if response.status_code == requests.codes.ok:
        return 0
    if response.status_code != requests.codes.partial_content:
        raise TransferError(f"answered {response.status_code} {response.reason or ''}".rstrip())
    sent = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    if sent is None or int(sent.group(1)) != have:
        raise TransferError("sent another part of the file than it was asked for")
    return have


def _pieces(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(CHUNK_BYTES)
    except requests.exceptions.RequestException as error:
        raise TransferError("broke the connection", again=True) from error


def _first_and_rest(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _check_first(response: requests.Response, first: bytes, size: int) -> None:
    """Refuse a page, a pointer or a file of another size before anything is written over."""
    length = len(HDF5_SIGNATURE)
    if first[:length] != HDF5_SIGNATURE:
        raise TransferError(f"sent {kind_of(first)} instead of an HDF5 file")
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) != size:
        raise TransferError(f"announced {int(announced):,} bytes instead of {size:,}")


def _write(part: Path, start: int, size: int, pieces: Iterator[bytes], step: Callable[[int], None]) -> None:
    have = start
    with part.open("ab" if start else "wb") as file:
        for piece in pieces:
            have += len(piece)
            if have > size:
                break
            file.write(piece)
            step(have)
    if have > size:
        part.unlink()
        raise TransferError(f"sent more than the {size:,} bytes of the file")
    if have < size:
        raise TransferError(f"stopped after {have:,} of {size:,} bytes", again=True)
