"""A control that shows what is kept elsewhere, and clicks that come late."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def example() -> None:
    import streamlit as st

    from resnet_core.ui.mirror import mirror, when_moved

    kept = st.session_state.setdefault("kept", {"value": 1, "moved": 0})
    mirror("field", kept["value"])

    def moved(value: int) -> None:
        kept["value"] = value
        kept["moved"] += 1

    st.number_input("Field", 0, 99, key="field", on_change=when_moved("field", moved))
    st.text(f"{kept['value']} {kept['moved']}")


def test_what_a_person_sets_is_taken() -> None:
    app = AppTest.from_function(example, default_timeout=60).run()
    app.number_input(key="field").set_value(7).run()
    assert app.text[0].value == "7 1"
    app.number_input(key="field").set_value(1).run()  # back to a value that only a person has left
    app.run()
    assert app.number_input(key="field").value in (1, 7)


def test_a_value_from_before_the_last_change_undoes_nothing() -> None:
    app = AppTest.from_function(example, default_timeout=60).run()
    app.session_state["kept"]["value"] = 5  # changed elsewhere
    app.run()
    assert app.number_input(key="field").value == 5
    app.number_input(key="field").set_value(1).run()  # as a browser that had not heard of it would send
    assert app.text[0].value == "5 0"
    assert app.number_input(key="field").value == 5
