"""Episodes in processes of their own: workers make trials, the one process that holds the home records them.

A worker opens model and tools for itself, is given what it has to know of a tool as values, and returns
what came of an episode as values. Only `ray_engine` knows Ray.
"""
