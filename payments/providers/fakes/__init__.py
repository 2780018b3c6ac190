"""Servers that pretend to be a payment provider, on loopback alone, for the demo and for tests."""
