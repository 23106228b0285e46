"""Where heavy work runs: worker processes behind one small interface."""
