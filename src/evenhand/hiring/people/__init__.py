"""The people of the hiring side."""
