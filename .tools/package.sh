#!/usr/bin/env bash
# Puts the npm package together in dist-npm/ganomaly and packs it: dist-npm/ganomaly-VERSION.tgz. Of the site, which has been
# built before, it takes the modules that elements and API import, the engine, the digits and the models for them.
. "$(dirname "$0")/lib.sh"

site=dist
out=dist-npm
package=$out/ganomaly
version=$(manifest_value version)
grep -q "\"version\": \"$version\"" pkg/package.json || die "pkg/package.json should have the version of Cargo.toml, $version."
[ -d $site/engine ] || die "The site is missing: run 'make site' first."

rm -rf $out
mkdir -p $package
node .tools/imports.mjs $site index.js elements/index.js | while read -r module; do
	mkdir -p "$package/$(dirname "$module")"
	cp "$site/$module" "$package/$module"
done
cp $site/engine/*.wasm $package/engine/
mkdir $package/samples $package/weights
cp $site/samples/mnist.* $package/samples/
cp $site/weights/mnist-[0-9].safetensors $package/weights/
node -e '
	const { version, models } = JSON.parse(require("fs").readFileSync(0, "utf8"));
	const shipped = models.filter(({ id }) => /^mnist-[0-9]$/.test(id));
	console.log(JSON.stringify({ version, models: shipped }, null, 1));
' <$site/weights/manifest.json >$package/weights/manifest.json
cp -R pkg/package.json pkg/README.md pkg/*.d.ts pkg/embed.html pkg/embed.js pkg/gallery LICENSE-* $package/
(cd $out && npm pack --silent --loglevel=error ./ganomaly >/dev/null) || die "npm pack failed; its message is above."
say "The package is $out/ganomaly-$version.tgz: $(($(wc -c <"$out/ganomaly-$version.tgz") / 1000)) kB"
