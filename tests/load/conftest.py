"""Nothing here is a test: servers and people for `bench/`, with packages of their own."""

collect_ignore_glob = ["*.py"]
