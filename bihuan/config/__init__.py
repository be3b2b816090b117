"""Where the rooms are put together: settings, addresses, and what reacts to which event."""
