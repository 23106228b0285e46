"""Figures of this project, each beside its reference in the same run: ``make bench``."""
