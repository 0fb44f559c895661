"""What follows from the record: a pure function of it, kept in a database that may be thrown away. Floor 7; no new rules."""
