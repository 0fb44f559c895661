"""Doors in and out: one module or folder for each form that others write. Decides nothing.

A door reads something from outside and yields a :class:`~enduse.exchange.unsigned.Row` for each row of it: unsigned
statements that cite where they were read, or the reasons why there is none. Who says it, signs it and records it is
the business of the rooms above.
"""
