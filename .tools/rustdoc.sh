#!/usr/bin/env bash
# Stands in for rustdoc while `cargo test --doc` runs (see lint.sh). It writes the documentation, with warnings denied,
# instead of testing the examples in it: it calls rustdoc without the arguments that are about testing.
set -euo pipefail
case " $* " in *" --test "*) ;; *) exec rustdoc "$@" ;; esac
arguments=()
while [ $# -gt 0 ]; do
	case $1 in
	--test | --no-run | --nocapture) ;;
	--test-run-directory | --test-args | --test-runtool | --test-runtool-arg | --test-builder) shift ;;
	--test-run-directory=* | --test-args=* | --test-runtool=* | --test-runtool-arg=*) ;;
	*) arguments+=("$1") ;;
	esac
	shift
done
exec rustdoc "${arguments[@]}" -Dwarnings --out-dir "$RUSTDOC_OUT"
