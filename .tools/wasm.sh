#!/usr/bin/env bash
# Builds the WebAssembly module for the browser into pkg/wasm: with cargo, then wasm-bindgen, then wasm-opt. The last two take
# minutes, and are left out if nothing that they depend on has changed.
#
# WASM_OPT_LEVEL  wasm-opt's level: -Oz small (default), -O2 or -O3 fast, 0 not at all
. "$(dirname "$0")/lib.sh"

level=${WASM_OPT_LEVEL:--Oz}
# The features are named one by one, because with --all-features wasm-opt writes an encoding of imports that browsers refuse.
features="--enable-simd --enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int
	--enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue"

start=$(date +%s)
quiet=${GANOMALY_QUIET:+--quiet}
[ "$quiet" ] || say "Compiling for WebAssembly (the first time this takes about ten minutes on two cores)"
(
	wasm_env
	# The libraries have thousands of constructors. Exported, they are called once, by start.js. Otherwise the linker puts them
	# at the start of every call from JavaScript, and even to pass a single number would take a third of a millisecond.
	# shellcheck disable=SC2086 # one word or none
	cargo rustc $quiet --release --lib --target wasm32-unknown-unknown -- -C link-arg=--export=__wasm_call_ctors
) || die "The library could not be built for WebAssembly; the compiler's message is above."
module=$(target_dir)/web/wasm32-unknown-unknown/release/ganomaly.wasm

stamp="$(cksum <"$module") $(wasm-bindgen --version) $(node_modules/.bin/wasm-opt --version) $level $features"
if [ -f $wasm_out/ganomaly_bg.wasm ] && [ "$(cat $wasm_out/.stamp 2>/dev/null)" = "$stamp" ]; then
	[ "$quiet" ] || say "The WebAssembly module is up to date"
	exit
fi

# Everything is made in another place and moved when complete, so that a build cut short leaves no half of one.
new=.wasm.new
rm -rf $new
mkdir -p $new
say "Running wasm-bindgen on $(($(wc -c <"$module") / 1000000)) MB"
wasm-bindgen --target web --out-dir $new --out-name ganomaly --remove-name-section \
	--remove-producers-section "$module" || die "wasm-bindgen failed; its message is above."
if [ "$level" != 0 ]; then
	say "Shrinking it with wasm-opt $level (about three minutes)"
	# shellcheck disable=SC2086 # the features are words
	node_modules/.bin/wasm-opt "$level" $features $new/ganomaly_bg.wasm -o $new/small.wasm ||
		die "wasm-opt failed; its message is above."
	mv $new/small.wasm $new/ganomaly_bg.wasm
fi
printf '%s\n' "$stamp" >$new/.stamp
rm -rf $wasm_out
mv $new $wasm_out

bytes=$(wc -c <$wasm_out/ganomaly_bg.wasm)
packed=$(gzip -c $wasm_out/ganomaly_bg.wasm | wc -c)
say "The WebAssembly module is ready: $((bytes / 1000)) kB, $((packed / 1000)) kB with gzip ($(seconds_since "$start"))"
