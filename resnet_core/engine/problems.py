"""What goes wrong with the engine."""


class EngineError(RuntimeError):
    """The engine could not do the work; the message is a sentence for people."""
