"""Servers on loopback that stand in for providers: for tests, and for a demonstration without an account anywhere."""
