"""Surfaces of the rendered hand: welded, cut, extended and smoothed without ever opening them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tools.rendering import surface

OCTAHEDRON = np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
FACES = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (vertices[faces[:, corner], :3] for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def without_cap() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The octahedron without its lower half, and the rim that is left."""
    vertices, faces = surface.without_unused(OCTAHEDRON, FACES[:4])
    return vertices, faces, surface.boundary(faces)


def test_subdivision_keeps_a_closed_surface_closed_and_its_faces_outwards() -> None:
    vertices, faces = OCTAHEDRON, FACES
    for times in range(3):
        assert surface.is_closed(faces)
        assert (len(vertices), len(faces)) == (4 * 4**times + 2, 8 * 4**times)
        assert volume(vertices, faces) > 0
        vertices, faces = surface.subdivided(vertices, faces)


def test_subdivision_does_not_care_where_and_how_large_a_surface_is() -> None:
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    plain, faces = surface.subdivided(OCTAHEDRON, FACES)
    moved, same = surface.subdivided(3 * OCTAHEDRON @ turn.T + [1, 2, 3], FACES)
    np.testing.assert_array_equal(faces, same)
    np.testing.assert_allclose(moved, 3 * plain @ turn.T + [1, 2, 3], atol=1e-12)


def test_subdivision_weighs_a_corner_and_the_middle_of_an_edge_as_loop_does() -> None:
    vertices, _faces = surface.subdivided(OCTAHEDRON, FACES)
    # a corner of valence 4 keeps 5/8 of itself; its neighbours cancel out
    np.testing.assert_allclose(vertices[0], [5 / 8, 0, 0])
    # the edge 0-2: 3/8 of both ends, and 1/8 of the two poles across, which cancel out
    middle = vertices[6:][np.isclose(vertices[6:, 2], 0) & (vertices[6:, :2] > 0).all(axis=1)]
    np.testing.assert_allclose(middle, [[3 / 8, 3 / 8, 0]])


def test_further_columns_are_smoothed_like_places() -> None:
    table = np.hstack([OCTAHEDRON, OCTAHEDRON[:, [2]]])
    vertices, _ = surface.subdivided(table, FACES)
    np.testing.assert_allclose(vertices[:, 3], vertices[:, 2])


def test_welding_closes_a_surface_whose_faces_share_no_vertex() -> None:
    apart = OCTAHEDRON[FACES].reshape(-1, 3)
    assert not surface.is_closed(np.arange(24).reshape(-1, 3))
    vertices, faces = surface.welded(apart, np.arange(24).reshape(-1, 3))
    assert len(vertices) == 6
    assert surface.is_closed(faces)


def test_welding_drops_faces_without_area() -> None:
    _, faces = surface.welded(OCTAHEDRON, np.concatenate([FACES, [[0, 0, 1], [2, 2, 2]]]))
    assert len(faces) == 8


def test_the_rim_goes_round_the_hole_once() -> None:
    _, faces, rim = without_cap()
    assert sorted(rim) == [0, 1, 2, 3]
    inside = {(int(a), int(b)) for a, b in surface.edges(faces)}
    assert all((a, b) in inside for a, b in itertools.pairwise([*rim, rim[0]]))


def test_a_surface_without_a_hole_or_with_two_has_no_rim() -> None:
    with pytest.raises(ValueError, match="one loop"):
        surface.boundary(FACES)
    with pytest.raises(ValueError, match="one loop"):
        surface.boundary(np.delete(FACES, [0, 6], axis=0))


def test_rings_close_the_hole_and_add_the_volume_below() -> None:
    vertices, faces, rim = without_cap()
    rings = [vertices[rim] - [0, 0, depth] for depth in (1.0, 3.0)]
    longer, closed = surface.extended(vertices, faces, rim, rings)
    assert surface.is_closed(closed)
    # half an octahedron (2/3) on a square prism of area 2 and height 3
    assert volume(longer, closed) == pytest.approx(2 / 3 + 6)


def test_normals_of_a_fine_sphere_point_away_from_its_middle() -> None:
    vertices, faces = OCTAHEDRON, FACES
    for _ in range(4):
        vertices, faces = surface.subdivided(vertices, faces)
        vertices = vertices / np.linalg.norm(vertices, axis=1, keepdims=True)
    assert (surface.normals(vertices, faces) * vertices).sum(axis=1).min() > 0.995
