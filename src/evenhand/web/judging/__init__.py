"""The judges held to account: gates, drift, and answers that people rate blindly."""
