#!/usr/bin/env bash
# Packs the package for npm: dist-npm/ganomaly-VERSION.tgz. `make site` must have made the package's folder before.
. "$(dirname "$0")/lib.sh"

out=dist-npm
version=$(manifest_value version)
grep -q "\"version\": \"$version\"" pkg/package.json || die "pkg/package.json should have the version of Cargo.toml, $version."
[ -d $out/ganomaly ] || die "The package's folder is missing: run 'make site' first."

(cd $out && npm pack --silent --loglevel=error ./ganomaly >/dev/null) || die "npm pack failed; its message is above."
say "The package is $out/ganomaly-$version.tgz: $(($(wc -c <"$out/ganomaly-$version.tgz") / 1000)) kB"
