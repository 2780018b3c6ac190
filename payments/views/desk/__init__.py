"""The operator's finance desk, a module for each of its parts."""
