"""How aid gets in: movements, crossings and corridors, goods on their way in, service points, incidents. Floor 4; nothing live in public."""
