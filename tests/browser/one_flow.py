"""A page with nothing on it but what flows through one small block, or back, for the browser tests."""

from __future__ import annotations

import streamlit as st

from resnet_core.network.blocktext import read
from resnet_core.ui.block_back import BACK_OPTIONS, show_back
from resnet_core.ui.block_flow import FLOW_OPTIONS, show_flow
from resnet_core.ui.page import page
from resnet_core.ui.services import engine
from resnet_core.ui.state import adopt

BLOCK, SHAPE = read("8x8x4~3x3-4_bn_relu_3x3-4~id~relu")

st.set_page_config(layout="wide", page_title="One block", page_icon="assets/icon.png")
engine().wake()
drawn = page("What flows through this block?")
adopt(*FLOW_OPTIONS, *BACK_OPTIONS)
st.header("What flows", anchor=False)


@st.fragment
def view() -> None:
    """As on a page that draws its views by themselves."""
    show = show_back if st.query_params.get("view") == "back" else show_flow
    show(drawn, BLOCK, SHAPE)


view()
