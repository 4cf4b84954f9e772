"""Nothing here is a test: servers and people for `bench/`, with packages that a test run has not."""

collect_ignore_glob = ["*.py"]
