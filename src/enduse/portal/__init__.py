"""The portal: a programme's public web site, page by page, each with a twin in JSON; and the same pages as files."""
