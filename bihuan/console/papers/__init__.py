"""From cases to papers: each module gathers what one paper says, in the reader's language. `bihuan.paper` prints it."""
