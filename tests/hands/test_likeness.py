"""How pictures stand to the training pictures of a set, on a set that is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from resnet_core.hands import likeness as module
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.likeness import SHOWN, distances_between, likeness


@pytest.fixture(autouse=True)
def only_these(tiny_signs: HandSigns, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SIGNS is not there; the rendered set is the made-up one."""

    def load(name: str) -> HandSigns:
        if name != "rendered":
            raise HandsError(f"{name} is not there.")
        return tiny_signs

    monkeypatch.setattr(sets, "load", load)
    module._usual.cache_clear()
    yield
    module._usual.cache_clear()


def test_training_pictures_are_their_own_nearest_and_like_the_others(tiny_signs: HandSigns) -> None:
    found = likeness("rendered", tiny_signs.digest, tiny_signs.train_x[:5])
    assert found.own
    assert (found.title, found.count, found.classes) == ("SIGNS", 96, tiny_signs.classes)
    for index, near in enumerate(found.nearest):
        assert (near[0].index, near[0].distance, near[0].label) == (index, 0, tiny_signs.train_y[index])
        assert (near[0].pixels == tiny_signs.train_x[index]).all()
        assert len(near) == SHOWN
        assert [one.distance for one in near] == sorted(one.distance for one in near)


def test_a_dark_picture_is_told_from_the_training_pictures(tiny_signs: HandSigns) -> None:
    found = likeness("rendered", "", np.stack([tiny_signs.train_x[0], tiny_signs.train_x[0] // 4]))
    assert not found.own
    assert {one.kind for one in found.unusual(1)} >= {"dark", "flat"}
    assert found.qualities[1].brightness < found.usual.brightness[0] < found.qualities[0].brightness


def test_without_its_own_set_the_rendered_one_is_taken(tiny_signs: HandSigns) -> None:
    found = likeness("signs", "of another set", tiny_signs.test_x[:1])
    assert (found.own, found.count) == (False, 96)


def test_distances_are_those_of_the_definition_and_copies_are_no_others() -> None:
    generator = np.random.default_rng(3)
    pictures = generator.integers(0, 256, (12, 4, 4, 3), dtype=np.uint8)
    flat = pictures.reshape(12, -1) / 255
    between = np.sqrt(((flat[:, None] - flat[None]) ** 2).mean(axis=2)) + np.diag([9.0] * 12)
    doubled = np.concatenate([pictures, pictures[:4]])
    drawn = np.random.default_rng(5).permutation(16)
    expected = between.min(axis=1)[drawn % 12]
    assert distances_between(doubled, 16, seed=5) == pytest.approx(expected)
    assert len(distances_between(doubled, 7, seed=5)) == 7
    assert distances_between(np.repeat(pictures[:1], 3, axis=0), 3, seed=5).tolist() == [0]
