"""Keys by which other programs call the API: what each may, and what came of it."""
