# Everything starts here: `make demo` shows the page, `make test` runs all tests. Both set up what they find missing
# (see .tools/setup.sh), say what they do, and are quick when nothing has changed.

.POSIX:
.PHONY: help demo site package screenshots test lint clean

help:
	@echo "make demo         build the page and serve it (PORT=8090 chooses the port)"
	@echo "make site         build the page into dist/, for any static host"
	@echo "make package      build the npm package into dist-npm/"
	@echo "make screenshots  picture the elements anew, for the READMEs, into pkg/screenshots/"
	@echo "make test         run all tests: native, in a browser's worker, on the page"
	@echo "make lint         check formatting, clippy, documentation and licences"
	@echo "make clean        remove what 'make site' made (Rust's build folder is cargo's: 'cargo clean')"

# WASM_OPT_LEVEL=-O2 gives faster and larger code than the default -Oz; 0 leaves wasm-opt out.
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
