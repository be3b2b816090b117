"""Customers: buildings, homes, parties, who lives or trades where; imported from sheets, found, masked and erased."""
