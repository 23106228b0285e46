"""ResNet Explainer: the pages and the way between them. Run it with `streamlit run app.py`."""

from __future__ import annotations

import gc

# Plotly looks for pandas among the loaded modules. When two people open the app at once, one thread could
# find it half loaded by the other; here both wait until it is whole.
import pandas  # noqa: F401
import streamlit as st

from resnet_core.places import SettingsError
from resnet_core.training.recording import RecordingError
from resnet_core.ui.navigation import ICON, places
from resnet_core.ui.notices import problem
from resnet_core.ui.plain import plain
from resnet_core.ui.services import engine, store


@st.cache_resource(show_spinner=False)
def freeze(page: str) -> str:
    """Takes what a page has imported out of the garbage collector's sight, once a page.

    Streamlit collects all garbage after every click; without this each click pays for looking at every
    object of every library (measured: 76 to 93 ms, and next to none afterwards).
    """
    gc.collect()
    gc.freeze()
    return page


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
page.run()
freeze(page.title)
