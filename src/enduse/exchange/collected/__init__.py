"""What was collected in the field, had from the servers of KoboToolbox and ODK Central."""
