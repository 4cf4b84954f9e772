"""The report on one application: built once, shown as page, JSON and PDF."""
