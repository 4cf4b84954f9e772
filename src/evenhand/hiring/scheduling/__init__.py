"""When interviews are: who takes them, at what time, who is told, and the minutes they cost."""
