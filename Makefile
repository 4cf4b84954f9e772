# Two commands are enough: `make run` to try Evenhand, `make test` to check it.
.PHONY: setup run test check nightly bench-setup clean
setup:            ## .venv with everything in it, from the lock file
	@scripts/setup
run: setup        ## the server at http://localhost:8000, with a sample opening
	@scripts/run
test: setup       ## every test, with the browser and the kill tests
	@scripts/test
check: setup      ## style, types and floors
	@scripts/check
nightly: setup    ## the long rounds: kills, red team, gate and benches
	@scripts/nightly
bench-setup:      ## the packages that bench/ compares measurement with, on top of setup
	@scripts/bench-setup
clean:
	rm -rf .venv var
