"""Money in the open standards: files of IATI and answers of OCHA's FTS, checked, copied and added up as they are."""
