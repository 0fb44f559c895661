"""Enduse follows reconstruction aid, every pledge and every pallet, from the promise to the use it was meant for."""

__version__ = "0.1.0"
