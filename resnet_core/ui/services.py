"""What pages share with each other and with everybody: the engine and the run store."""

from __future__ import annotations

import streamlit as st

from resnet_core import places
from resnet_core.engine.engine import Engine
from resnet_core.training.estimate import matrix_rate
from resnet_core.training.store import RunStore


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The one engine of this app; it begins to start when first asked for, and never blocks the page."""
    matrix_rate()  # a tenth of a second, while the cores are still free: what a run will take is told from it
    return Engine(places.load_settings().scheduler_address)


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """The one run store of this app."""
    return RunStore()


def session() -> str:
    """What this person's session is called in the engine."""
    context = st.runtime.scriptrunner.get_script_run_ctx()
    return context.session_id if context else "test"


def session_page(name: str) -> str:
    """The name under which this person's requests from a page supersede each other."""
    return f"{session()}/{name}"
