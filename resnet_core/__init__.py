"""ResNet Explainer: the core, importable and tested without Streamlit."""
