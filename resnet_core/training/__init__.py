"""Runs: a network trained on a data set with a recipe and a seed."""
