"""The joint error model of one material as cells with a variance each, and its estimation."""
