"""What keeps the project going: its environment, its checks, and what makes its assets."""
