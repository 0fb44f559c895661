"""What follows from the record: a pure function of it, kept on a shelf that may be thrown away. Floor 7; no new rules."""
