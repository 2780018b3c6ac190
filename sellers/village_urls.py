"""Addresses of the village head and the volunteers, below /thon/."""

village_patterns: list = []
