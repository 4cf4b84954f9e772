"""The interviewer pool, the times of interviews, calendars, and what a loop costs in minutes."""
