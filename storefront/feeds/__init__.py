"""The catalogue as files that other markets read: one list of items, written in three formats."""
