"""Tools that benchmarks bring along: sources for practising, and the ground for measuring."""
