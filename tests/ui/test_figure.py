"""Figures on a page: CSV in full precision, alt text, captions and tags as text."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from streamlit.testing.v1 import AppTest

from resnet_core.figures.table import csv_text
from resnet_core.ui.notices import recorded_tag, rendered_tag


@given(arrays(np.float64, st.integers(0, 50), elements=st.floats(allow_nan=False)))
def test_csv_loses_no_digit(values: np.ndarray) -> None:
    rows = list(csv.reader(io.StringIO(csv_text({"step": range(values.size), "loss": values}))))
    assert rows[0] == ["step", "loss"]
    assert [float(row[1]) for row in rows[1:]] == values.tolist()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_csv_keeps_any_text(names: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(csv_text({"title": names, "number": range(len(names))}), newline="")))
    assert [row[0] for row in rows[1:]] == names


def test_short_columns_end_in_empty_cells() -> None:
    assert csv_text({"a": [1, 2], "b": [3]}).splitlines() == ["a,b", "1,3", "2,"]


def test_tags_are_text() -> None:
    assert "recorded 2026-11-03" in recorded_tag("2026-11-03", "seed 1")
    assert "<b>" not in rendered_tag("<b>")


def page() -> None:
    from resnet_core.figures.base import Look
    from resnet_core.figures.curves import Curve, curve_figure, describe
    from resnet_core.ui.figure import show_figure, show_svg
    from resnet_core.ui.notices import rendered_tag

    curve = Curve("test", "residual", "test", [1, 2], [0.5, 0.75])
    show_figure(
        curve_figure([curve], Look(), quantity="accuracy"),
        "accuracy",
        describe([curve], "accuracy"),
        {"epoch": [1, 2]},
        caption="<i>one</i> seed",
        tags=[rendered_tag()],
    )
    show_svg("<svg></svg>", "net", "A network", {"name": ["a"]})


def test_a_figure_has_alt_text_a_caption_and_its_tags() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    chart = app.get("plotly_chart")[0].proto
    assert "75.0" in chart.alt
    assert json.loads(chart.spec)["data"][0]["y"]
    text = "\n".join(item.value for item in app.markdown)
    assert "&lt;i&gt;one&lt;/i&gt; seed" in text
    assert "rendered" in text
    assert ".st-key-accuracy { min-height: 360px }" in text
    assert '<div class="rx-wide"><svg></svg></div>' in text


def test_every_figure_offers_its_numbers() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert [button.proto.label for button in app.get("download_button")] == ["CSV", "CSV"]
