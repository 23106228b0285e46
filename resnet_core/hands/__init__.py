"""Pictures of hand signs: files, downloads, checks, and the way from a photograph to a network input."""
