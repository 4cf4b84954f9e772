"""Judges and panels as they are described on a page, beside those of the file of panels."""
