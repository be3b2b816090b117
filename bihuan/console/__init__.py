"""The console: the staff's web pages. Views translate between a browser and the rooms; nothing is decided here."""
