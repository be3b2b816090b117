"""What `./run bench` measures: each bench prints its figures and gives the one that stands for it.

Benches of the application run on a throw-away database (`throwaway`) and measure their floor in the same run: what the
same work takes at the very least. The ratio of the two travels between machines; the figures do not.
"""
