"""Who is responsible for what, where and when: parties, umbrella, mandates, posts, undertakings. Floor 3; no quantities."""
