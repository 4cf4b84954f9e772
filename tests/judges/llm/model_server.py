"""A real model behind a real server, in a process of its own: `python model_server.py FILE`.

Prints its address, and ends when its standard input does.
"""

import sys

import xllamacpp


def main(file: str) -> None:
    params = xllamacpp.CommonParams()
    params.model.path = file
    params.n_ctx = 8192
    params.n_parallel = 1
    # Two threads wait for each other where other processes want the cores.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
