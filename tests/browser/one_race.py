"""A page with nothing on it but the race, for the browser tests."""

from __future__ import annotations

import streamlit as st

from resnet_core.ui.page import page
from resnet_core.ui.race import show_race
from resnet_core.ui.services import engine

st.set_page_config(layout="wide", page_title="The race", page_icon="assets/icon.png")
engine().wake()
drawn = page("Who learns faster?", "The race says it.")
st.header("The race", anchor=False)
st.fragment(lambda: show_race(drawn))()
