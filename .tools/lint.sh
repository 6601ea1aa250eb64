#!/usr/bin/env bash
# Formatting, clippy and documentation with warnings denied, and the licences of the dependency tree.
#
# `cargo clippy` and `cargo doc` would go through all dependencies once more in a mode of their own, which takes as long
# as building them. Here both look at our code only, on top of the dependencies that the release build has left:
# clippy as the compiler of our own crate in a release build, rustdoc in the place where cargo would test the examples.
. "$(dirname "$0")/lib.sh"

have cargo-fmt && have clippy-driver || die "rustfmt and clippy are needed: 'rustup component add rustfmt clippy'."

say "Formatting"
cargo fmt --check || die "Run 'cargo fmt'."

say "Licences and sources of the dependencies"
if have cargo-deny; then
	cargo deny check || die "cargo-deny objects; see above."
else
	# Not checked without cargo-deny: known security advisories.
	node .tools/licences.mjs || die "A dependency's licence or source is not on the list in deny.toml."
fi

# lint NAME CARGO-ARGUMENTS...: without optimising our own crate, since this is not going to run.
lint() {
	local name=$1
	shift
	say "Clippy, $name"
	RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__" \
		cargo build --release --config 'profile.release.package.ganomaly.opt-level=0' "$@" ||
		die "Clippy objects; see above."
}
document() {
	local name=$1
	shift
	say "Documentation, $name"
	RUSTDOC="$root/.tools/rustdoc.sh" RUSTDOC_OUT="$(target_dir)/doc-$name" cargo test --quiet --release --doc "$@" ||
		die "rustdoc objects; see above."
}

lint native --all-targets
document native
(
	wasm_env
	lint web --lib --target wasm32-unknown-unknown
	for name in $(web_tests); do lint "web, tests/$name" --test "$name" --target wasm32-unknown-unknown; done
	document web --target wasm32-unknown-unknown
)
say "Nothing to object to"
