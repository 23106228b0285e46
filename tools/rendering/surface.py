"""Triangle surfaces: weld, cut, extend by rings, and smooth by Loop's subdivision.

A vertex is a row of any number of columns, of which the first three are its place in metres; what else it
carries (skin weights) is interpolated along with it.
"""

from __future__ import annotations

import itertools

import numpy as np


def welded(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Makes one vertex of all that stand in the same place (to a micrometre), the first one's columns.

    Args:
        vertices: (V, C) float.
        faces: (F, 3) int.

    Returns:
        The vertices, fewer, and the faces that still have three different corners.
    """
    _, first, which = np.unique(np.round(vertices[:, :3], 6), axis=0, return_index=True, return_inverse=True)
    joined = which.ravel()[faces]
    corners = np.sort(joined, axis=1)
    return vertices[first], joined[(np.diff(corners, axis=1) > 0).all(axis=1)]


def without_unused(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Drops the vertices that no face uses and numbers the rest anew."""
    used, numbers = np.unique(faces, return_inverse=True)
    return vertices[used], numbers.reshape(faces.shape)


def edges(faces: np.ndarray) -> np.ndarray:
    """Returns the directed edges of all faces, (3F, 2): first each face's 0-1, then 1-2, then 2-0."""
    return np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])


def is_closed(faces: np.ndarray) -> bool:
    """Tells whether every edge lies between exactly two faces that turn the same way."""
    directed = {(int(a), int(b)) for a, b in edges(faces)}
    return len(directed) == 3 * len(faces) and all((b, a) in directed for a, b in directed)


def boundary(faces: np.ndarray) -> np.ndarray:
    """Returns the vertices of the single hole's rim, in the order in which the faces beside it go round.

    Raises:
        ValueError: The rim is not one simple loop.
    """
    directed = {(int(a), int(b)) for a, b in edges(faces)}
    following = {a: b for a, b in directed if (b, a) not in directed}
    rim = [min(following)] if following else []
    while rim and following[rim[-1]] != rim[0] and len(rim) <= len(following):
        rim.append(following[rim[-1]])
    if not rim or len(rim) != len(following):
        raise ValueError(
            f"The cut should leave one loop, but {len(following)} edges give {len(rim)} in a row."
        )
    return np.array(rim)


def extended(
    vertices: np.ndarray, faces: np.ndarray, rim: np.ndarray, rings: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Continues a surface from its rim over rings of as many vertices, and closes the last one by a fan.

    Args:
        vertices: (V, C) float.
        faces: (F, 3) int.
        rim: (R,) the loop that `boundary` returns.
        rings: each (R, C), in the order of the rim.
    """
    numbers, added, count = [rim], [], len(vertices)
    for ring in rings:
        numbers.append(np.arange(count, count + len(ring)))
        added.append(ring)
        count += len(ring)
    new = [faces]
    for here, there in itertools.pairwise(numbers):
        a, b, c, d = here, np.roll(here, -1), there, np.roll(there, -1)
        new += [np.stack([b, a, c], axis=1), np.stack([b, c, d], axis=1)]
    last = numbers[-1]
    new.append(np.stack([np.roll(last, -1), last, np.full(len(last), count)], axis=1))
    centre = rings[-1].mean(axis=0, keepdims=True)
    return np.concatenate([vertices, *added, centre]), np.concatenate(new)


def subdivided(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Splits every triangle of a closed surface in four and smooths (Loop 1987, with Warren's weights).

    Args:
        vertices: (V, C) float; every column is smoothed alike.
        faces: (F, 3) int.

    Returns:
        (V + 3F/2, C) vertices, the old ones first, and (4F, 3) faces.
    """
    directed = edges(faces)
    low_high = np.sort(directed, axis=1)
    unique, which = np.unique(low_high, axis=0, return_inverse=True)
    which = which.ravel()
    opposite = np.concatenate([faces[:, 2], faces[:, 0], faces[:, 1]])
    across = np.zeros((len(unique), vertices.shape[1]))
    np.add.at(across, which, vertices[opposite])
    middle = 3 / 8 * vertices[unique].sum(axis=1) + across / 8
    around, valence = np.zeros(vertices.shape), np.zeros(len(vertices))
    np.add.at(around, directed[:, 0], vertices[directed[:, 1]])
    np.add.at(valence, directed[:, 0], 1)
    share = np.where(valence == 3, 3 / 16, 3 / (8 * np.maximum(valence, 1)))[:, None]
    old = (1 - valence[:, None] * share) * vertices + share * around
    ab, bc, ca = (which.reshape(3, -1) + len(vertices)).reshape(3, -1)
    a, b, c = faces.T
    new = np.concatenate(
        [np.stack(corners, axis=1) for corners in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    )
    return np.concatenate([old, middle]), new


def normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Returns unit normals at the vertices, (V, 3): the mean of the faces around, weighted by their area."""
    a, b, c = (vertices[faces[:, corner], :3] for corner in range(3))
    across = np.cross(b - a, c - a)
    total = np.stack(
        [np.bincount(faces.ravel(), np.repeat(across[:, axis], 3), len(vertices)) for axis in range(3)],
        axis=1,
    )
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
