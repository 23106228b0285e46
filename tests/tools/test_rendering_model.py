"""The hand itself, where it was fetched: a whole mesh, sound regions, and a skin that follows its pose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tools.rendering import angles as kinematics
from tools.rendering import fetch, surface
from tools.rendering.model import CHAINS, FOREARM, JOINTS, PARENTS, HandModel, hand_of, read_rig
from tools.rendering.shape import Shape, draw_shape, plain_shape, scaled_joints, shaped


@pytest.fixture(scope="module")
def model() -> HandModel:
    path = fetch.cached_hand()
    if path is None:
        pytest.skip("the hand is not in the cache: python -m tools.render_hands fetches it")
    return hand_of(read_rig(path))


def test_the_tree_of_joints_hangs_together() -> None:
    assert len(JOINTS) == len(PARENTS) == 26
    assert all(parent < joint for joint, parent in enumerate(PARENTS))
    for chain in CHAINS:
        assert [PARENTS[joint] for joint in chain[1:]] == list(chain[:-1])
        assert JOINTS[chain[-1]].endswith("tip")


def test_the_hand_is_one_closed_surface_with_whole_weights(model: HandModel) -> None:
    assert surface.is_closed(model.faces)
    assert model.weights.min() >= 0
    np.testing.assert_allclose(model.weights.sum(axis=1), 1)
    a, b, c = (model.vertices[model.faces[:, corner]] for corner in range(3))
    assert (a * np.cross(b, c)).sum() > 0  # its faces turn outwards


def test_the_frame_is_that_of_a_right_palm(model: HandModel) -> None:
    joints = dict(zip(JOINTS, model.joints, strict=True))
    np.testing.assert_allclose(joints["wrist"], 0, atol=1e-9)
    assert joints["middle-finger-tip"][1] == max(place[1] for place in joints.values())
    assert joints["thumb-tip"][0] == max(place[0] for place in joints.values())
    assert joints["thumb-tip"][2] > 0.03  # the thumb stands before the palm
    assert model.vertices[:, 1].min() < -0.35  # a forearm longer than the hand


def test_the_regions_lie_where_a_hand_has_them(model: HandModel) -> None:
    found = model.regions
    assert set(found.part) == set(range(7))
    for finger, tip in enumerate(found.tips, start=1):
        assert found.part[tip] == finger
        assert found.along[tip] > 0.95
        nail = (found.nail > 0.5) & (found.part == finger)
        assert 30 < nail.sum() < 400
        assert found.along[nail].min() > 0.6
        assert found.palmar[nail].max() < 0.5
    assert not found.nail[found.part == 0].any()
    assert 0.4 < (found.palmar[found.part != 6] > 0.5).mean() < 0.6


def test_the_plain_shape_is_the_model(model: HandModel) -> None:
    same = shaped(model, plain_shape())
    np.testing.assert_allclose(same.vertices, model.vertices, atol=1e-12)
    np.testing.assert_allclose(same.joints, model.joints, atol=1e-12)


def test_shapes_do_what_they_say(model: HandModel) -> None:
    plain, bones = plain_shape(), model.joints

    def length(joints: np.ndarray, finger: int) -> float:
        return float(np.linalg.norm(joints[CHAINS[finger][1]] - joints[CHAINS[finger][0]]))

    longer = shaped(model, replace(plain, lengths=np.array([1, 1.1, 1, 1, 1.0])))
    assert length(longer.joints, 1) == pytest.approx(1.1 * length(bones, 1), rel=1e-3)
    assert length(longer.joints, 2) == pytest.approx(length(bones, 2))
    wider = shaped(model, replace(plain, palm_width=1.1))
    assert wider.joints[6, 0] - wider.joints[21, 0] == pytest.approx(1.1 * (bones[6, 0] - bones[21, 0]))
    np.testing.assert_allclose(shaped(model, replace(plain, size=0.7)).vertices, 0.7 * model.vertices)
    tip = model.regions.tips[2]
    fatter = shaped(model, replace(plain, inflation=0.002))
    assert np.linalg.norm(fatter.vertices[tip] - model.vertices[tip]) == pytest.approx(0.002)


@pytest.mark.parametrize("seed", range(5))
def test_a_drawn_shape_is_a_closed_hand_whose_joints_are_those_of_the_skeleton(
    model: HandModel, seed: int
) -> None:
    shape: Shape = draw_shape(np.random.default_rng(seed))
    hand = shaped(model, shape)
    np.testing.assert_allclose(hand.joints, scaled_joints(model, shape))
    reach = np.linalg.norm(hand.vertices[hand.regions.tips], axis=1)
    assert (reach > 0.06).all()
    assert (reach < 0.25).all()


def test_a_left_hand_is_the_right_one_in_the_mirror(model: HandModel) -> None:
    pytest.importorskip("scipy", reason="poses are solved with scipy")
    from tools.rendering.posed import posed
    from tools.rendering.poses import draw_pose
    from tools.rendering.skeleton import skeleton_of

    shape = draw_shape(np.random.default_rng(1))
    pose = draw_pose(3, np.random.default_rng(2), skeleton_of(model, shape))
    right, left = (posed(model, shape, pose, side) for side in ("right", "left"))
    np.testing.assert_allclose(left.vertices, right.vertices * [-1, 1, 1])
    np.testing.assert_allclose(left.normals, right.normals * [-1, 1, 1], atol=1e-9)
    assert surface.is_closed(left.faces)
    assert left.joints["thumb-tip"][0] == -right.joints["thumb-tip"][0]
    np.testing.assert_array_equal(left.rest, model.vertices)
    assert (left.side, left.label, left.raised) == ("left", 3, pose.raised)
    with pytest.raises(ValueError, match="right or left"):
        posed(model, shape, pose, "middle")


def test_a_bent_wrist_leaves_the_hand_and_moves_the_forearm(model: HandModel) -> None:
    angles = kinematics.still()
    angles[FOREARM, 0] = np.radians(40)
    motions = kinematics.motions(model.joints, model.axes, angles)
    moved = kinematics.skinned(model.vertices, model.weights, *motions)
    tips = model.regions.tips
    np.testing.assert_allclose(moved[tips], model.vertices[tips], atol=1e-9)
    elbow = model.vertices[:, 1].argmin()
    assert np.linalg.norm(moved[elbow] - model.vertices[elbow]) > 0.2


def test_a_file_that_is_no_glb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hand.glb"
    path.write_bytes(b"a picture of a hand, not its mesh")
    with pytest.raises(ValueError, match="should be a GLB file"):
        read_rig(path)


def test_a_damaged_file_in_the_cache_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert fetch.cached_hand() is None
    fetch.cache_folder().mkdir(parents=True)
    (fetch.cache_folder() / "right.glb").write_bytes(b"glTF but cut off")
    assert fetch.cached_hand() is None


def test_without_npm_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fetch.FetchError, match="npm should be installed"):
        fetch.fetched_hand()
