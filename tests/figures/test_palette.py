"""The signs can be read: WCAG contrast, computed here a second time from the standard's text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures import palette

COLOURS = st.from_regex(r"#[0-9A-F]{6}", fullmatch=True)


def wcag_luminance(colour: str) -> float:
    total = 0.0
    for place, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722)):
        value = int(colour[place : place + 2], 16) / 255
        total += weight * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return total


def wcag_contrast(one: str, other: str) -> float:
    high, low = sorted((wcag_luminance(one), wcag_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", palette.THEMES)
@pytest.mark.parametrize("kind", palette.KINDS)
def test_lines_reach_three_to_one_and_text_four_and_a_half(kind: str, theme: palette.Theme) -> None:
    sign, ground = palette.sign(kind, theme), palette.GROUNDS[theme]
    for under in (ground.background, ground.surface):
        assert wcag_contrast(sign.colour, under) >= 3.0
        assert wcag_contrast(sign.ink, under) >= 4.5
    assert wcag_contrast(sign.ink, sign.wash) >= 3.0
    assert wcag_contrast(ground.text, sign.wash) >= 4.5


@pytest.mark.parametrize("theme", palette.THEMES)
def test_neutral_text_and_edges_can_be_read(theme: palette.Theme) -> None:
    ground = palette.GROUNDS[theme]
    for under in (ground.background, ground.surface):
        assert wcag_contrast(ground.text, under) >= 7
        assert wcag_contrast(ground.quiet, under) >= 4.5
        assert wcag_contrast(ground.edge, under) >= 3.0


def test_the_signs_are_those_of_the_look_and_never_colour_alone() -> None:
    signs = {kind: palette.sign(kind) for kind in palette.KINDS}
    assert signs["residual"].colour == "#0072B2"
    assert signs["plain"].colour == "#D55E00"
    assert (signs["residual"].dash, signs["plain"].dash) == ("solid", "dash")
    assert (signs["preactivation"].marker, signs["own"].marker) == ("diamond", "star")
    assert len({sign.dash for sign in signs.values()}) == len(signs)
    assert len({sign.marker for sign in signs.values()}) == len(signs)


def test_wrong_names_are_refused_with_what_came() -> None:
    with pytest.raises(ValueError, match="'vgg'"):
        palette.sign("vgg")
    with pytest.raises(ValueError, match="'sepia'"):
        palette.sign("plain", "sepia")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="#RRGGBB"):
        palette.channels("blue")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("resnet50", "residual"),
        ("notebook_resnet50", "residual"),
        ("notebook_plain50", "plain"),
        ("cifar_plain56", "plain"),
        ("preact_resnet18", "preactivation"),
        ("cifar_preact_resnet110", "preactivation"),
        ("my block", "own"),
    ],
)
def test_kind_follows_the_catalogue_name(name: str, kind: str) -> None:
    assert palette.kind_of(name) == kind


@given(COLOURS, COLOURS)
def test_contrast_agrees_with_the_standard(one: str, other: str) -> None:
    assert palette.contrast(one, other) == pytest.approx(wcag_contrast(one, other), rel=1e-9)


@given(COLOURS, st.sampled_from(palette.THEMES), st.sampled_from([3.0, 4.5]))
def test_any_colour_can_be_made_legible(colour: str, theme: palette.Theme, ratio: float) -> None:
    ground = palette.GROUNDS[theme]
    tint = palette.legible(colour, ground, ratio)
    assert wcag_contrast(tint, ground.background) >= ratio
    assert wcag_contrast(tint, ground.surface) >= ratio


@given(COLOURS, COLOURS)
def test_mixing_ends_at_either_colour(one: str, other: str) -> None:
    assert palette.mix(one, other, 0.0) == one
    assert palette.mix(one, other, 1.0) == other


def test_every_sign_and_ground_is_a_variable_of_the_style_sheet() -> None:
    sheet = palette.css_variables()
    for kind in palette.KINDS:
        light, dark = palette.sign(kind, "light"), palette.sign(kind, "dark")
        assert f"--rx-{kind}-colour: light-dark({light.colour}, {dark.colour});" in sheet
    assert f"--rx-warning-colour: light-dark({palette.warning('light')}, {palette.warning('dark')});" in sheet
    assert len(re.findall(r"--rx-", sheet)) == 3 * len(palette.KINDS) + 7


def test_diverging_scale_is_neutral_at_zero() -> None:
    for theme in palette.THEMES:
        scale = palette.diverging(theme)
        assert scale[2] == [0.5, palette.GROUNDS[theme].surface]
        assert [stop[0] for stop in scale] == sorted(stop[0] for stop in scale)
