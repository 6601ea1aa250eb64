#!/usr/bin/env bash
# Runs all tests: natively, in a browser's worker, and on the finished pages. `make test` sets up what they need before.
. "$(dirname "$0")/lib.sh"

. "$tools/browser.env"
export CHROME CHROMEDRIVER HEADLESS_SHELL
export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$webdriver_json
export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-900} # seconds; SwiftShader is slow
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner

# Shrinking the module keeps one core busy for minutes, so that is done beside the native tests.
module=$(mktemp)
durations=$(mktemp)
.tools/wasm.sh >"$module" 2>&1 &
shrinking=$!
# It may have ended long before, and then there is nothing to kill.
trap 'kill $shrinking 2>/dev/null || true; rm -f "$module" "$durations" "$durations.lane"' EXIT

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
built=0
wait $shrinking || built=$?
cat "$module"
[ $built -eq 0 ] || die "The WebAssembly module could not be built."
.tools/site.sh
.tools/package.sh
GANOMALY=$(target_dir)/release/ganomaly # the page and the command line exchange projects
export GANOMALY

# lane FILES-AT-ONCE FOLDERS...: the tests in these folders of tests/browser, each file with a browser of its own.
lane() {
	local at_once=$1 start folder files=()
	shift
	start=$(date +%s)
	for folder; do files+=("tests/browser/$folder"/*.test.js); done
	say "Tests of the page: $*"
	node --test --test-concurrency="$at_once" --test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=./.tools/durations.mjs --test-reporter-destination="$durations.lane" "${files[@]}" ||
		die "Tests of the page failed: $*."
	cat "$durations.lane" >>"$durations"
	lanes="$lanes$* $(seconds_since "$start"), "
}
lanes=
lane 2 rules      # in node alone: no page is opened
lane 2 dom engine # pages without an engine or with one that answers at once, and the WebAssembly module on the CPU
HEADLESS_SHELL=$CHROME lane 1 gpu # a GPU made of software, which takes all cores: in the whole browser, as visitors have it
say "The ten slowest, in milliseconds:"
sort -rn "$durations" | sed -n 1,10p # and not `head`, which hangs up on `sort`
say "By lane: ${lanes%, }"
say "Tests of the page passed ($(seconds_since "$start"), with building it)"
say "All tests passed"
