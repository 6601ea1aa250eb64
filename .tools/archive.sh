#!/usr/bin/env bash
# Puts the package together in dist-npm/ganomaly and packs it as ganomaly.zip into the folder of a site (default dist/), for those
# who put figures on pages of their own. Of the site it takes the modules that elements and API import, the engine, the digits and
# the models for them.
. "$(dirname "$0")/lib.sh"

site=${1:-dist}
out=dist-npm
package=$out/ganomaly
new=$out/new/ganomaly

rm -rf $out/new
mkdir -p $new/samples $new/weights
node .tools/imports.mjs "$site" index.js elements/index.js | while read -r module; do
	mkdir -p "$new/$(dirname "$module")"
	cp "$site/$module" "$new/$module"
done
cp "$site"/engine/*.wasm $new/engine/
cp "$site"/samples/mnist.* $new/samples/
cp "$site"/weights/mnist-[0-9].safetensors $new/weights/
node -e '
	const { version, models } = JSON.parse(require("fs").readFileSync(0, "utf8"));
	const shipped = models.filter(({ id }) => /^mnist-[0-9]$/.test(id));
	console.log(JSON.stringify({ version, models: shipped }, null, 1));
' <"$site/weights/manifest.json" >$new/weights/manifest.json
cp -R pkg/package.json pkg/README.md pkg/*.d.ts pkg/embed.html pkg/embed.js pkg/gallery LICENSE-* $new/

# Packing takes a second, and is left out where nothing has changed.
if ! [ -f $out/ganomaly.zip ] || ! diff -rq $new $package >/dev/null 2>&1; then
	rm -rf $package $out/ganomaly.zip
	mv $new $package
	node .tools/zip.mjs $package $out/ganomaly.zip
fi
rm -rf $out/new
cp $out/ganomaly.zip "$site/"
