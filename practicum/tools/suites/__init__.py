"""Benchmarks' tools as tool sources; the benchmarks themselves are installed apart."""
