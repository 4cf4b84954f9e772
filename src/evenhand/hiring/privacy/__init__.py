"""A candidate's rights: what is kept of a person, for how long, their copy of it, and its end."""
