"""Tests of the description of networks and of everything that reads it."""
