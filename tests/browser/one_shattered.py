"""A page with nothing on it but shattered gradients, for the browser tests."""

from __future__ import annotations

import streamlit as st

from resnet_core.ui.page import page
from resnet_core.ui.services import engine
from resnet_core.ui.shattered import SHATTERED_OPTIONS, show_shattered
from resnet_core.ui.state import adopt

st.set_page_config(layout="wide", page_title="Shattered gradients", page_icon="assets/icon.png")
engine().wake()
drawn = page("What does the gradient at one input say of the next?")
adopt(*SHATTERED_OPTIONS)
st.header("Shattered gradients", anchor=False)
show_shattered(drawn)
