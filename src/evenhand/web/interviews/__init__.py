"""The interviewer's pages: the list, the kit, the live scorecard, its locking and corrections."""
