"""LLM judges: what they are asked, how their words become verdicts, and what a call costs."""
