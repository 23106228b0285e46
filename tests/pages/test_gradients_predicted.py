"""The Gradients page asks first what is expected, and writes out what the shortcut adds."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.figures.prediction import trend
from resnet_core.ui import gradient_asking, gradient_choice
from resnet_core.ui.unrolled import BLOCKS
from tests.pages import visiting
from tests.pages.standing import StandingEngine
from tests.pages.test_gradients import charts
from tests.pages.visiting import raised, visit

pytestmark = pytest.mark.usefixtures("own_store", "standing_engine")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of 16 pixels a side, so that whole networks take little time; what is measured is kept."""
    monkeypatch.setattr(gradient_choice, "PREVIEW", {"pictures": 2, "side": 16})
    monkeypatch.setattr(gradient_choice, "SIDE", 16)


def at(**address: str) -> AppTest:
    return visit(
        "gradients", **{"depth": "8", "width": "0.5", "pictures": "8", "seeds": "1", "norm": "on", **address}
    )


def words(app: AppTest) -> str:
    """Everything that the page says, its headers too."""
    return "\n".join([visiting.words(app), *(str(one.value) for one in app.header)])


def expect(app: AppTest, **trends: str) -> None:
    """Chooses a picture for each network, as a click in the browser does."""
    preset = (tuple(trends), app.query_params.get("norm", "off"), "glorot", "none")
    app.session_state["gradients predicted"].expected[preset] = dict(trends)
    app.run()


@pytest.mark.parametrize("written", ["1", "on"])
def test_nothing_of_the_result_is_shown_before_it_was_predicted(written: str) -> None:
    app = at(predict=written)
    assert raised(app) == []
    said = words(app)
    assert "What do you expect?" in said
    assert "Say first what you expect" in said
    assert "8 layers, batch norm and Glorot kernels." in said
    assert charts(app) == []
    for hidden in ("Measured at initialisation", "steadier", "What it says", "What papers say"):
        assert hidden not in said
    assert "Choose one picture in each row." in said
    assert {one.key for one in app.button if str(one.key).startswith("go ")} == {
        "go off glorot", "go off he", "go on he",
    }  # fmt: skip


def test_what_was_expected_stands_beside_what_was_measured() -> None:
    app = at(predict="1")
    expect(app, plain="grows", residual="falls")
    app.button(key="predict show").click().run()
    assert raised(app) == []
    said = words(app)
    kept = gradient_asking.kept()._profiles.values()
    measured = [one for one in kept if one.setting.pictures == 8 and one.setting.initializer[0] == "g"]
    right = 0
    for kind, expected in (("plain", "grows"), ("residual", "falls")):
        found = [
            trend(one.reaching) for one in measured if one.setting.kind == kind and one.setting.batch_norm
        ]
        right += found[-1] == expected
    assert f"So you were right about {('neither', 'one', 'both')[right]}." in said
    assert "The plain net: you expected that the gradient gets larger towards the input" in said
    assert [key for key in charts(app) if key.startswith("gradient-")] != []
    assert "corner-on-glorot" in charts(app)
    assert "corner-off-he" not in charts(app)
    assert "is said when all of them have been shown" in said
    app.button(key="go off he").click().run()
    assert "What do you expect?" in words(app)
    assert (app.query_params["init"], app.query_params["predict"]) == ("he", "on")
    app.button(key="predict skip").click().run()
    assert "you expected" not in words(app)
    assert "with no batch norm and He kernels" in words(app)


def test_what_is_no_corner_and_who_does_not_want_to_are_not_asked() -> None:
    for address in ({"predict": "1", "init": "orthogonal"}, {"predict": "0"}, {}):
        app = at(**address)  # type: ignore[arg-type]
        assert "What do you expect?" not in words(app)
        assert "Measured at initialisation" in words(app)
    app.toggle(key="predict").set_value(True).run()
    assert "What do you expect?" in words(app)


def test_what_the_shortcut_adds_is_measured_for_the_blocks_of_the_address() -> None:
    app = at(depth="14", unrollednet="residual", **{BLOCKS: "conv3-2"})
    assert raised(app) == []
    said = words(app)
    assert "Call $x_1$ what enters conv3_block2 and $x_2$ what leaves conv3_block2" in said
    assert "Its derivative $D_i$ is 1 where the sum is positive" in said
    shares = re.search(
        r"carries \*\*(\S+)\u202f%\*\*; the term through the branch \*\*(\S+)\u202f%\*\*", said
    )
    assert shares is not None
    numbers = [float(one.replace("\u2212", "-")) for one in shares.groups()]
    assert sum(numbers) == pytest.approx(100, abs=0.2)
    assert {"terms-length", "terms-share"} <= {str(one.key) for one in app.get("plotly_chart")}
    app.segmented_control(key="unrollednet").set_value("preactivation").run()
    assert "equation 5 there" in words(app)
    assert "unrollednet" not in app.query_params


def test_a_net_without_such_blocks_says_so(standing_engine: StandingEngine) -> None:
    app = at(unrollednet="preactivation")
    assert raised(app) == []
    assert "has no block that adds x itself" in words(app)
