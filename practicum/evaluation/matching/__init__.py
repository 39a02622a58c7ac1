"""Whether two calls say the same: exactly, in meaning, or in words."""
