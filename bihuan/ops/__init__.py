"""Running Bihuan: the command line, the event generator, the benches."""
