"""Looking whether promises to complainants are kept and records complete: check sheets, and what follows from them."""
