"""`make bench`: the site as in production, loaded from another process, as ratios to references of the same run.

`python -m tests.bench [--quick]`. How to read the table: docs/bench.md.
"""
