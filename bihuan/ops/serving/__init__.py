"""Serving: the embedded PostgreSQL, and the supervisor that keeps it, the web server and the worker running.

`supervisor.serve` is what `./run` does; `using.database` lends the same database to a command that runs for a while.
In the data folder stand `postgres/` (the data) and `postgres.log`, and while it runs `postgres.lock` and
`postgres.socket/`.
Nothing here imports Django: only the children do.
"""
