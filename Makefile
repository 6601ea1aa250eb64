# Everything starts here: `make demo` shows the pages, `make test` runs all tests. Both set up what is missing (see
# .tools/setup.sh), say what they do, and are quick if nothing has changed.

.POSIX:
.PHONY: help demo site package screenshots test lint clean

help:
	@echo "make demo         build the pages and serve them (PORT=8090 chooses the port)"
	@echo "make site         build the pages into dist/, for any static host"
	@echo "make package      build the npm package into dist-npm/"
	@echo "make screenshots  take the READMEs' pictures of the elements anew, into pkg/screenshots/"
	@echo "make test         run all tests: native, in a browser's worker, on the pages"
	@echo "make lint         check formatting, clippy, documentation and licences"
	@echo "make clean        remove what 'make site' and 'make package' made ('cargo clean' removes Rust's build folder)"

# WASM_OPT_LEVEL=-O2 gives faster and larger code than the default, -Oz; 0 leaves wasm-opt out.
site:
	@.tools/setup.sh rust node wasm-target wasm-bindgen
	@.tools/wasm.sh
	@.tools/site.sh

demo:
	@.tools/setup.sh rust node wasm-target wasm-bindgen trunk
	@.tools/wasm.sh
	@.tools/site.sh
	@.tools/demo.sh

package: site
	@.tools/package.sh

screenshots:
	@.tools/setup.sh node browser
	@.tools/screenshots.sh

test:
	@.tools/setup.sh rust node wasm-target vulkan browser wasm-bindgen
	@.tools/test.sh

lint:
	@.tools/setup.sh rust node wasm-target wasm-clippy
	@.tools/lint.sh

clean:
	rm -rf dist .dist.new dist-npm pkg/wasm .wasm.new
