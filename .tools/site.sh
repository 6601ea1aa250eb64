#!/usr/bin/env bash
# Puts the finished pages together in a folder (default dist/): www/, the WebAssembly module in its engine/,
# the one library of others in vendor/, weights/, and ganomaly.zip for course pages.
# Plain copies, all links relative, so the folder can be served from any path by any static host.
. "$(dirname "$0")/lib.sh"

site=${1:-dist}
staging=$site
if [ $# -eq 0 ]; then # assembled beside its place, so that nobody is served half of it
	staging=.dist.new
	rm -rf $staging
fi
mkdir -p "$staging"
cp -R www/. "$staging/"
rm "$staging/README.md"
cp -R pkg/index.js pkg/api pkg/elements "$staging/"
cp $wasm_out/*.js $wasm_out/*.wasm "$staging/engine/"
[ ! -d $wasm_out/snippets ] || cp -R $wasm_out/snippets "$staging/engine/"
mkdir -p "$staging/vendor"
cp node_modules/@zip.js/zip.js/dist/zip-core-external.min.js "$staging/vendor/zip.js"
cp node_modules/@zip.js/zip.js/LICENSE "$staging/vendor/zip.js.LICENSE"
mkdir -p "$staging/weights"
cp weights/manifest.json weights/*.safetensors "$staging/weights/"
.tools/archive.sh "$staging"
node .tools/offline.mjs "$staging"
if [ $# -eq 0 ]; then
	rm -rf "$site"
	mv "$staging" "$site"
	say "The page is in $site/; any static host can serve it, from any path"
fi
