"""Benchmarks: each measures Reader and its baseline in turn in the same run, and prints their ratio."""
