"""Measurements on a block, a network or a run: what flows through it, and what flows back."""
