"""Data in, plotly Figure or SVG out; one palette."""
