"""Made-up years of customer service, as event streams for demonstrations, benches and tests.

`generate` yields events in the form of the replay, `write` puts them down as lines of JSON, `tables` holds the numbers.
"""

from bihuan.ops.generate.run import generate, write

__all__ = ["generate", "write"]
