"""A programme as a workbook: written empty to be filled in, and read back into what each party says."""
