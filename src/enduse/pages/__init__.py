"""The report from the book, for people: in the terminal, and as one HTML file in English and Arabic. Floor 8; no rules."""
