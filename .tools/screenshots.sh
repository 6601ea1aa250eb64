#!/usr/bin/env bash
# Takes the pictures of the elements in the READMEs anew and puts them into pkg/screenshots/: of all elements, or of those that
# are named.
. "$(dirname "$0")/lib.sh"

. "$tools/browser.env"
export CHROME HEADLESS_SHELL WASM_BINDGEN_TEST_WEBDRIVER_JSON=$webdriver_json

[ -d $wasm_out ] || die "The engine is missing: run 'make site' first."
.tools/site.sh
node tests/browser/screenshots.mjs "$@"
say "The pictures are in pkg/screenshots/: $(($(cat pkg/screenshots/*.webp | wc -c) / 1000)) kB"
