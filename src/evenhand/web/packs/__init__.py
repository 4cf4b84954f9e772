"""Packs: their versions, the editor of the next one, what differs, and the preview."""
