"""What is needed and what is built: needs, projects, bills of quantities, physical progress. Floor 4."""
