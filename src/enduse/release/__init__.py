"""What may be released: conditions, evidence, formulas, tranches, quorum decisions. Floor 6; no arithmetic in floats."""
