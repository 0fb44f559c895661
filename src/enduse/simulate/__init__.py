"""Invented programmes with known truth, for the demo, for drills and for benchmarks.

Parties, places and events in this room are invented and say so; no real party is ever the culprit. Everything is a
pure function of a seed, the signing keys included, so a simulated key protects nothing.
"""
