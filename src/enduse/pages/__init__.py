"""Answers in words and pictures: in the terminal, and as HTML files, in every language there is a catalogue for. No sums."""
