"""Sign-in, openings and candidates: what a recruiter works with."""
