"""The schema's history, run by `benefits.store.schema` and never at start-up."""
