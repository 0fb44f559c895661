"""Losses by place, by link and by party, and the chance of what was found, through the whole estimation."""
