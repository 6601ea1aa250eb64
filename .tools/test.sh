#!/usr/bin/env bash
# Runs all tests: natively, in a browser's worker, and on the finished pages. `make test` sets up what they need before.
. "$(dirname "$0")/lib.sh"

. "$tools/browser.env"
export CHROME CHROMEDRIVER
export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$webdriver_json
export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-900} # seconds; SwiftShader is slow
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner

start=$(date +%s)
say "Native tests: library, programs, integration and documentation"
cargo test --release || die "Native tests failed."
say "Native tests passed ($(seconds_since "$start"))"

start=$(date +%s)
targets=()
for name in $(web_tests); do targets+=(--test "$name"); done
if grep -rq wasm_bindgen_test src; then targets+=(--lib); fi
if [ ${#targets[@]} -gt 0 ]; then
	say "Tests in a browser's worker: ${targets[*]}"
	(
		wasm_env
		cargo test --release --target wasm32-unknown-unknown "${targets[@]}"
	) || die "Tests in the browser's worker failed."
	say "Tests in a browser's worker passed ($(seconds_since "$start"))"
else
	die "No browser unit tests found: files in tests/ that use wasm_bindgen_test."
fi

start=$(date +%s)
.tools/wasm.sh
.tools/site.sh
.tools/package.sh
journeys=$(find tests/browser -name '*.test.js' -o -name '*.test.mjs' 2>/dev/null | sort)
[ -n "$journeys" ] || die "No tests of the page found: tests/browser/*.test.js."
GANOMALY=$(target_dir)/release/ganomaly # the page and the command line exchange projects
export GANOMALY
say "Tests of the page in $CHROME"
# shellcheck disable=SC2086 # one word for each file; one at a time, since the software GPU takes all cores
node --test --test-concurrency=1 --test-reporter=spec $journeys || die "Tests of the page failed."
say "Tests of the page passed ($(seconds_since "$start"), with building it)"
say "All tests passed"
