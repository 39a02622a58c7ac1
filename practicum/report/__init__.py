"""Results as tables and pages. Computes nothing: every figure comes from a package below."""
