"""Where monitors go next, how much they look at, and how anybody can check that nobody chose.

The room does no input or output. Sample sizes, coverage and the draw need nothing but Python and whole numbers, so that
every reader of the record computes the same plan.
"""
