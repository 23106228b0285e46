"""ResNet Explainer: the pages and the way between them. Run it with `streamlit run app.py`."""

from __future__ import annotations

# Plotly looks for pandas among the loaded modules. When two people open the app at once, one thread could
# find it half loaded by the other; here both wait until it is whole.
import pandas  # noqa: F401
import streamlit as st

from resnet_core.places import SettingsError
from resnet_core.training.recording import RecordingError
from resnet_core.ui.address import answering
from resnet_core.ui.freezing import freeze
from resnet_core.ui.navigation import ICON, places
from resnet_core.ui.notices import problem
from resnet_core.ui.plain import plain
from resnet_core.ui.services import engine, store

st.set_page_config(page_title="ResNet Explainer", page_icon=str(ICON), layout="wide")
page = st.navigation(
    [
        st.Page(place.file, title=place.title, url_path=place.name, default=place.name == "start")
        for place in places()
    ],
    position="top",
)
try:
    store()
    if not engine().state().failed:  # what cannot start waits for a person to ask again
        engine().wake()  # its workers are there when somebody needs them
except (SettingsError, RecordingError, OSError) as refusal:
    problem(plain(str(refusal)))
    st.stop()
with answering():
    page.run()
freeze(page.title)
