"""Challenges for self-study: tasks for the block builder, what they ask, and hints made of what was built."""
