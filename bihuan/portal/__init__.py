"""The customers' face: what anybody may send us without signing in, and how it goes on."""
