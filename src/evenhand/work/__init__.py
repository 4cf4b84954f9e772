"""Durable work: what must be done once although processes die. The one room with DBOS in it.

`client.py` is all that a web process needs; `worker.py` is what a worker process runs.
"""
