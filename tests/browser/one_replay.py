"""A page with nothing on it but a recorded run that plays again, for the browser tests."""

from __future__ import annotations

import streamlit as st

from resnet_core.ui.page import page
from resnet_core.ui.run_player import show_replay
from resnet_core.ui.run_view import show_curves
from resnet_core.ui.services import store

st.set_page_config(layout="wide", page_title="Replay", page_icon="assets/icon.png")
drawn = page("How did it learn?", "The curves say it.")
progress = st.query_params.get("over", "step")
show_replay(store().run("curves"), drawn, progress)  # type: ignore[arg-type]
show_curves(store(), store().run("curves"), progress, drawn.look)  # type: ignore[arg-type]
