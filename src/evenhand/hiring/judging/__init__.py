"""Which panel reads for whom: versions, the gate each went through, and what made one active."""
