"""A page with nothing on it but one picture and its square, for the browser tests."""

from __future__ import annotations

import io

import streamlit as st
from PIL import Image

from resnet_core.ui.cropper import crop_picture
from resnet_core.ui.page import page

SIZE = (1280, 960)
HANDS = ((800, 300, 1100, 600), (100, 500, 300, 700))
LONE = (480, 360, 800, 680)

written = io.BytesIO()
Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(written, format="JPEG")
st.set_page_config(layout="wide", page_title="One cropper", page_icon="assets/icon.png")
page("Where is the hand?")
hands = HANDS if st.query_params.get("hands") == "two" else ()
box = crop_picture("crop", written.getvalue(), SIZE, hands[0] if hands else LONE, hands)
st.markdown(f"chosen {box}")
