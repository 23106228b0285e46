"""A picture that is taken along from an answer to why it was given, and away again."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from resnet_core.training.store import RunStore
from tests.hands.pictures import encoded
from tests.pages.giving import give, halves
from tests.pages.standing import a_run
from tests.pages.visiting import PATIENCE, raised, visit, words

PAGE = """
import streamlit as st
from resnet_core.ui.carried import carry
from resnet_core.ui.given import File, from_files
from tests.hands.pictures import encoded
from tests.pages.giving import halves

mine = File("7", "my *hand*.png", lambda: encoded(halves()))
st.button("Take along", key="along", on_click=carry, args=(mine,))
given = from_files("square")
st.markdown(f"{[one.name for one in given.pictures]}, mirrored {[one.mirrored for one in given.files]}")
"""


def test_a_picture_is_there_until_it_is_taken_away_or_another_one_comes() -> None:
    app = AppTest.from_string(PAGE, default_timeout=PATIENCE).run()
    assert "[], mirrored" in words(app)
    app.button(key="along").click().run()
    assert "['my *hand*.png'], mirrored [False]" in words(app)
    assert "my *hand*.png, brought along" in words(app)
    app.run()
    assert "['my *hand*.png'], mirrored" in words(app)
    app.button(key="take carried away").click().run()
    assert "[], mirrored" in words(app)
    app.button(key="along").click().run()
    give(app, ("other.png", encoded(halves())))
    assert "['other.png'], mirrored" in words(app)
    assert "brought along" not in words(app)
    assert "carried picture" not in app.session_state
    assert raised(app) == []


@pytest.mark.usefixtures("standing_engine")
def test_a_sample_goes_to_why_by_its_address(own_store: RunStore) -> None:
    run_id = a_run(own_store)
    app = visit("classify", sample="3")
    assert raised(app) == []
    (link,) = [one for one in app.get("page_link") if one.proto.label == "Why this answer?"]
    assert all(part in link.proto.query_string for part in (f"run={run_id}", "sample=3", "why=first"))


@pytest.mark.usefixtures("standing_engine")
def test_a_picture_of_ones_own_goes_to_why_by_a_button(own_store: RunStore) -> None:
    a_run(own_store)
    app = give(visit("classify", picture="files", crop="square"), ("mine.png", encoded(halves())))
    assert raised(app) == []
    assert app.button(key="why this answer").label == "Why this answer?"
    assert "Why this answer?" not in [one.proto.label for one in app.get("page_link")]
