"""The command line: one file per noun, no rules of its own. Floor 10."""
