"""What law asks about: the notice, the judges, the record, and whether groups fare alike."""
