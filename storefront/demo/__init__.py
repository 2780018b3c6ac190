"""A living world to look at: made-up people, real produce, pictures drawn by our own code."""
