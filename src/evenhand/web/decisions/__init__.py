"""The decider's pages: the cohort, the lean, the decision, and people side by side."""
