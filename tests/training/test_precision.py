"""The precision that a run gets where nobody chooses one, and what it changes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from resnet_core.network.catalogue import network
from resnet_core.training import precision
from resnet_core.training.precision import fast_bfloat16, training_environment, usual_precision
from resnet_core.training.recipes import LECTURE, NOTEBOOK
from resnet_core.training.settings import RunSettings, SettingsError
from resnet_core.training.trainer import Trainer

PICTURES = np.random.default_rng(4).integers(0, 256, (8, 64, 64, 3), dtype=np.uint8)
LABELS = np.arange(8) % 6


@pytest.mark.parametrize(
    ("flags", "fast"),
    [
        ("fpu sse avx512f avx512_bf16 vaes", True),
        ("fpu amx_bf16 amx_tile", True),
        ("fpu sse avx512f avx512_bf16x", False),
        ("", False),
    ],
)
def test_the_processor_says_whether_bfloat16_is_fast(tmp_path: Path, flags: str, fast: bool) -> None:
    said = tmp_path / "cpuinfo"
    said.write_text(f"processor\t: 0\nmodel name\t: avx512_bf16\nflags\t\t: {flags}\nbugs\t: none\n")
    assert fast_bfloat16(said) is fast


def test_a_system_that_does_not_say_gets_float32(tmp_path: Path) -> None:
    assert not fast_bfloat16(tmp_path / "none")


@pytest.mark.parametrize("fast", [True, False])
def test_only_a_machine_that_is_fast_at_it_trains_in_bfloat16(
    monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    monkeypatch.setattr(precision, "fast_bfloat16", lambda: fast)
    monkeypatch.setattr(precision.os, "cpu_count", lambda: 8)
    assert usual_precision(LECTURE) == ("bfloat16" if fast else "float32")
    assert usual_precision(NOTEBOOK) == "float32"
    assert training_environment() == ({"TF_NUM_INTRAOP_THREADS": "4"} if fast else {})


def test_settings_name_it_and_the_recipe_has_it() -> None:
    settings = RunSettings(precision="bfloat16")
    assert settings.recipe_used.precision == "bfloat16"
    assert RunSettings.from_dict(settings.to_dict()) == settings
    old = {name: value for name, value in settings.to_dict().items() if name != "precision"}
    assert RunSettings.from_dict(old).precision == "float32"
    for wrong in ("float16", "", 16):
        with pytest.raises(SettingsError, match="precision must be one of float32, bfloat16, but"):
            RunSettings(precision=wrong)  # type: ignore[arg-type]


def test_it_learns_alike_and_only_its_own_trainer_takes_it_up() -> None:
    spec = network("cifar_resnet8", size=64, classes=6)
    full = dataclasses.replace(LECTURE, views=None)
    half = dataclasses.replace(full, precision="bfloat16")
    losses = []
    for recipe in (full, half):
        trainer = Trainer(spec, recipe, PICTURES, LABELS, seed=1)
        losses.append([trainer.step(np.arange(8), step, 3e-3).loss for step in range(12)])
        assert {str(each.dtype) for each in trainer.model.trainable_variables} == {"float32"}
        assert trainer.fits(spec, recipe, norms=False)
        assert not trainer.fits(spec, half if recipe is full else full, norms=False)
        assert trainer.probabilities(PICTURES).dtype == np.float32
    np.testing.assert_allclose(losses[0][:3], losses[1][:3], rtol=0.05)
    assert losses[0] != losses[1]
    assert losses[1][-1] < 0.7 * losses[1][0]
