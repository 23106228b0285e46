"""How far a run is to be trusted: what was measured of it, or what it has not seen."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from resnet_core.training.calibration import Calibration
from resnet_core.training.records import DONE, Run
from resnet_core.training.reliance import rely
from resnet_core.training.settings import RunSettings
from resnet_core.ui.trust import RENDERED, STRANGERS, trust

RUN = Run("a", "Ours", RunSettings(), DONE, "", 0.0, 1.0, 1, 1, 1, {}, None, None)


@pytest.mark.parametrize(("data", "sentence"), [("signs", STRANGERS), ("rendered", RENDERED)])
def test_a_run_of_which_nothing_was_measured_is_judged_by_what_it_saw(data: str, sentence: str) -> None:
    assert trust(dataclasses.replace(RUN, settings=RunSettings(data=data))) == sentence


def test_a_run_that_was_measured_is_told_by_its_numbers() -> None:
    sure, unsure = np.eye(6) * 9, np.zeros((6, 6))
    found = rely(
        Calibration(1.0, 0.5),
        {"hands": (np.concatenate([sure, sure[::-1][:1], unsure[:1]]), np.array([0, 1, 2, 3, 4, 5, 0, 0]))},
        {"rooms": unsure[:4], "noise": sure[:1]},
        chosen_on="others",
        measured_on="photographs of *hands*",
    )
    words = trust(dataclasses.replace(RUN, card={"calibration": json.loads(json.dumps(found.to_dict()))}))
    assert "Measured on photographs of \\*hands\\*: of 7 answers 85.7\u202f% are right" in words
    assert "It gives no answer to 12.5\u202f% (hands, 8) of hands that show a sign" in words
    assert "and to 100\u202f% (rooms, 4), 0\u202f% (noise, 1) of pictures without one." in words
