#!/usr/bin/env bash
# Formatting, clippy and documentation with warnings denied, and the licences of the dependency tree.
#
# `cargo clippy` and `cargo doc` would go through all dependencies again, which takes as long as building them. Here both look
# at our own code only and use the dependencies that the release build has left: clippy stands in for the compiler of our
# crate in a release build, and rustdoc runs where cargo would test the examples in the documentation.
. "$(dirname "$0")/lib.sh"

have cargo-fmt && have clippy-driver || die "rustfmt and clippy are needed: 'rustup component add rustfmt clippy'."

say "Formatting"
cargo fmt --check || die "Run 'cargo fmt'."

say "Licences and sources of the dependencies"
if have cargo-deny; then
	cargo deny check || die "cargo-deny objects; see above."
else
	# This does not check security advisories, as cargo-deny does.
	node .tools/licences.mjs || die "A dependency's licence or source is not on the list in deny.toml."
fi

# lint NAME CARGO-ARGUMENTS...: our own crate is not optimised, because what is built here is never run.
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
