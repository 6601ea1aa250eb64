# What the scripts in this folder share: messages, paths, and the environment of the WebAssembly build. It is sourced, never run.
# Written for bash 3.2 (macOS) and later.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Programs that take minutes to build or are too big for the clone lie in a cache that all clones share.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ganomaly
tools=${GANOMALY_TOOLS:-$cache/tools}
export PATH="$tools/bin:$PATH"

wasm_out=pkg/wasm # what wasm-bindgen writes: ganomaly.js, ganomaly_bg.wasm and their typings
webdriver_json=$tools/webdriver.json # how to start the test browser; written by setup.sh

say() { printf '==> %s\n' "$*"; }
die() {
	printf '\nStopped: %s\n' "$*" >&2
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
on_macos() { [ "$(uname -s)" = Darwin ]; }
seconds_since() { echo "$(($(date +%s) - $1)) s"; }

# at_least 1.95 1.96.0: is the second version the first or a later one? Only major and minor numbers count.
at_least() {
	local want_major=${1%%.*} want_minor got_major=${2%%.*} got_minor
	want_minor=${1#*.} got_minor=${2#*.}
	want_minor=${want_minor%%.*} got_minor=${got_minor%%.*}
	[ "$got_major" -gt "$want_major" ] || { [ "$got_major" -eq "$want_major" ] && [ "$got_minor" -ge "$want_minor" ]; }
}

# manifest_value KEY: the value of a key such as rust-version in Cargo.toml. locked_version CRATE: its version in Cargo.lock.
manifest_value() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml | head -n 1; }
locked_version() { awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock; }

# The folder that cargo builds in: by CARGO_TARGET_DIR, by cargo's configuration, or target/.
target_dir() {
	cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'
}

# Installs Debian packages, as root or through sudo. The first argument says what they are for.
apt_install() {
	local purpose=$1 as_root=
	shift
	have apt-get || die "$purpose: please install what your system calls: $*"
	if [ "$(id -u)" -ne 0 ]; then
		have sudo || die "$purpose: please have an administrator run: apt-get install --no-install-recommends $*"
		as_root=sudo
	fi
	say "$purpose: apt-get install $*"
	$as_root apt-get update -qq || say "apt-get update failed; trying with the package lists that are there."
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
		die "$purpose: apt-get could not install $*. Its message is above; please install them yourself and run this again."
}

# Is the standard library for wasm32 part of the toolchain in use?
has_wasm_std() { [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ]; }

# Debian's toolchain can build that library from source; it is used if rustup cannot download it.
debian_linker() {
	local llvm
	llvm=$(/usr/bin/rustc -vV 2>/dev/null | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
	echo "/usr/bin/wasm-ld-${llvm:-none}"
}
has_debian_wasm() {
	[ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/src/rust/library ] && [ -x "$(debian_linker)" ]
}
# rustup knows it under the name 'debian' once setup.sh has had to fall back on it.
uses_debian_wasm() { has_debian_wasm && rustup toolchain list 2>/dev/null | grep '^debian' >/dev/null; }

# Sets the environment for a cargo that builds for wasm32; call it in a subshell, after `setup.sh wasm-target`.
wasm_env() {
	CARGO_TARGET_DIR=$(target_dir)/web # a folder of its own, so that this build and a native one do not wait for each other
	export CARGO_TARGET_DIR
	has_wasm_std && return
	# `test` is needed by tests only, but without it here cargo would build all dependencies twice: with it and without it.
	export RUSTUP_TOOLCHAIN=debian RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort,test
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(debian_linker)
	export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
}

# Integration tests that run in a browser: those that use wasm-bindgen-test.
web_tests() {
	local file
	for file in tests/*.rs tests/*/main.rs; do
		[ -f "$file" ] && grep -q wasm_bindgen_test "$file" || continue
		case $file in
		*/main.rs) basename "$(dirname "$file")" ;;
		*) basename "$file" .rs ;;
		esac
	done
}

# copy_library FOLDER TAR-OPTIONS...: pkg/ with the WebAssembly module, without pictures for readers and models.
copy_library() {
	local folder=$1
	shift
	mkdir -p "$folder"
	tar -C pkg -cf - --exclude './screenshots' --exclude './weights' --exclude './wasm' "$@" . | tar -C "$folder" -xf -
	mkdir -p "$folder/wasm" "$folder/weights"
	cp $wasm_out/*.js $wasm_out/*.wasm "$folder/wasm/"
	[ ! -d $wasm_out/snippets ] || cp -R $wasm_out/snippets "$folder/wasm/"
}
