"""What the strip over the charts says of each layer, against the profile that was measured."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_core.figures.depth_strip import NONE, ROOM, parts_of, reach, said_of, sentence, strip_html
from resnet_core.figures.gradient_flow import TITLES
from resnet_core.figures.text import significant
from resnet_core.probes.gradient_setting import KINDS
from resnet_core.probes.gradients import Profile
from tests.figures.measured_profiles import profiles_of

KIND = st.sampled_from(KINDS)


@settings(max_examples=20)
@given(st.data(), KIND, KIND)
def test_every_layer_says_the_medians_of_what_was_measured_there(
    data: st.DataObject, one: str, other: str
) -> None:
    pair = [data.draw(profiles_of(kind)) for kind in (one, other)]
    said = said_of(pair)
    assert len(said) == reach(pair) == max(profiles[0].kernels[-1].layer for profiles in pair)
    for place, profiles in enumerate(pair):
        first = profiles[0]
        for kernel in (each for each in first.kernels if not each.shortcut):
            at = first.kernels.index(kernel)
            found = said[kernel.layer - 1].rows[place]
            assert found[1] == significant(float(np.median([each.kernels[at].gradient for each in profiles])))
            behind = next((n for n, layer in enumerate(first.layers) if layer >= kernel.layer), None)
            for which, row in ((0, "gradients"), (2, "spreads")):
                values = [] if behind is None else [getattr(each, row)[behind] for each in profiles]
                assert found[which] == (significant(float(np.median(values))) if values else NONE)
    words = sentence(said[2], [TITLES[one], TITLES[other]])
    assert words.startswith(f"Layer 3 of {len(said)}: conv2_block1, layer 2 of ")
    assert f"; {TITLES[other]}: gradient at the activations {said[2].rows[1][0]}, at the kernel" in words


@settings(max_examples=10)
@given(st.data(), KIND)
def test_blocks_stand_where_their_layers_stand_on_the_axis(data: st.DataObject, kind: str) -> None:
    pair = [data.draw(profiles_of("plain")), data.draw(profiles_of(kind))]
    drawn = strip_html(pair)
    boxes = [
        (float(left), float(width))
        for left, width in re.findall(r'<b [^>]*style="left:([\d.]+)%;width:([\d.]+)%"', drawn)
    ]
    parts = [part for profiles in pair for part in parts_of(profiles[0])]
    end = reach(pair) + ROOM
    assert len(boxes) == len(parts)
    for (left, width), part in zip(boxes, parts, strict=True):
        assert abs(left * end / 100 - (part.first - 0.5)) < 0.01
        assert abs((left + width) * end / 100 - (part.last + 0.5)) < 0.01
    for profiles in pair:
        layers = [layer for part in parts_of(profiles[0]) for layer in range(part.first, part.last + 1)]
        assert layers == list(range(1, profiles[0].kernels[-1].layer + 1))
    assert drawn.count("<u></u>") == 6 * (kind != "plain")
    named = [] if kind == "own" else ["conv2_x", "conv3_x", "conv4_x"]  # whose blocks have three layers
    assert re.findall(r">(conv\d_x)<", drawn) == named


@settings(max_examples=2)
@given(profiles_of("plain"), profiles_of("residual"))
def test_the_names_of_the_ends_are_plain(one: list[Profile], other: list[Profile]) -> None:
    said = said_of([one, other])
    assert said[0].name == "Layer 1 of 14: the stem"
    assert said[-1].name == "Layer 14 of 14: the dense layer at the output"
