"""A network: described once, read as shapes, costs, a Keras model and source code."""
