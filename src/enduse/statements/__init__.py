"""What parties say: one file per kind of statement, the signed envelope, the keys. Floor 2; stores nothing."""
