"""Pictures that show nothing."""

from __future__ import annotations

import numpy as np

from tools.no_sign import drawn


def test_the_pictures_are_made_again_from_their_seed_and_differ_from_one_another() -> None:
    pictures = drawn(24, seed=5)
    assert pictures.dtype == np.uint8
    assert pictures.shape == (24, 64, 64, 3)
    np.testing.assert_array_equal(pictures, drawn(24, seed=5))
    assert len({picture.tobytes() for picture in pictures}) == 24
    assert not np.array_equal(pictures, drawn(24, seed=6))


def test_the_first_pictures_do_not_depend_on_how_many_are_drawn() -> None:
    np.testing.assert_array_equal(drawn(12, seed=5), drawn(30, seed=5)[:12])
