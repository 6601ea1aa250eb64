#!/usr/bin/env bash
# Puts the finished pages together in a folder (default dist/): www/, the library in pkg/ with the WebAssembly module, models and
# samples, and ganomaly.zip for course pages. All links are relative, so any static host can serve the folder from any path.
. "$(dirname "$0")/lib.sh"

site=${1:-dist}
staging=$site
if [ $# -eq 0 ]; then # assembled beside its place, so that nobody is served half of it
	staging=.dist.new
	rm -rf $staging
fi
mkdir -p "$staging"
# In the source tree www/pkg and www/vendor/zip.js are links, so that an editor can follow every import.
find www -mindepth 1 -maxdepth 1 ! -name pkg ! -name README.md -exec cp -RL {} "$staging/" \;
node .tools/pages.mjs "$staging"
cp node_modules/@zip.js/zip.js/LICENSE "$staging/vendor/zip.js.LICENSE"
copy_library "$staging/pkg" --exclude './README.md' --exclude './package.json' --exclude './*.d.ts' --exclude './embed.*' --exclude './gallery'
cp -R weights/manifest.json weights/*.safetensors weights/front-ends "$staging/pkg/weights/"
.tools/archive.sh "$staging"
node .tools/offline.mjs "$staging"
if [ $# -eq 0 ]; then
	rm -rf "$site"
	mv "$staging" "$site"
	say "The page is in $site/; any static host can serve it, from any path"
fi
