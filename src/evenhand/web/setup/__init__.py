"""Setting an opening up: a few short steps, each kept as it is given."""
