"""The page on which admins make keys of the API and take them back."""
