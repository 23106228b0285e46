"""The only folder of the core that imports Streamlit: state, components, page set-up."""
