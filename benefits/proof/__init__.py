"""Proof of what the log holds: the tree over it, what is hashed for an event, and verifying both."""
