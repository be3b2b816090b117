"""The JSON face: other programs call the same actions as the console. Views only translate; nothing is decided here."""
