"""Benchmarks that bring their own tools and their own checkers."""
