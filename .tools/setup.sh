#!/usr/bin/env bash
# Sets up what is missing, and says so. It is quick and silent if nothing is missing.
#
#     .tools/setup.sh PART...
#
# rust          a new enough Rust and a C linker (checked, not installed)
# wasm-target   the standard library for wasm32-unknown-unknown
# wasm-clippy   clippy for that target's toolchain
# wasm-bindgen  the program of that name, at the version in Cargo.lock
# trunk         the development server
# node          the tools in package.json (wasm-opt, playwright)
# browser       a Chromium or Chrome and its chromedriver
# vulkan        a Vulkan driver; one that computes on the CPU if there is no other
. "$(dirname "$0")/lib.sh"

trunk_version=0.21.14

setup_rust() {
	local wanted found
	wanted=$(manifest_value rust-version)
	have cargo && have rustc || die "Rust $wanted or later is needed: see https://rustup.rs"
	have cc || die "Rust needs a C compiler, cc, to link with (Debian: apt-get install build-essential; macOS: xcode-select --install)."
	found=$(rustc --version | cut -d ' ' -f 2)
	at_least "$wanted" "$found" || die "Rust $wanted or later is needed, $found is there: run 'rustup update stable'."
}

# By rustup if it can download, otherwise by Debian's own toolchain, which builds the library from source.
setup_wasm_target() {
	has_wasm_std && return
	local wanted found
	wanted=$(manifest_value rust-version)
	if ! uses_debian_wasm; then
		have rustup || die "The standard library for wasm32-unknown-unknown is missing, and rustup, which installs it, too: see https://rustup.rs"
		say "Adding Rust's wasm32-unknown-unknown target"
		if rustup target add wasm32-unknown-unknown && has_wasm_std; then return; fi
		have apt-get ||
			die "rustup could not download the wasm32-unknown-unknown target: run 'rustup target add wasm32-unknown-unknown' where the network allows it."
		say "rustup could not download it; Debian's toolchain is used for the WebAssembly part instead."
		has_debian_wasm || apt_install "Rust for WebAssembly" rustc-web cargo-web rust-web-src
		[ -x "$(debian_linker)" ] || apt_install "A WebAssembly linker" "lld-$(basename "$(debian_linker)" | sed 's/wasm-ld-//')"
		has_debian_wasm || die "Debian's rustc-web, cargo-web, rust-web-src and lld are installed, but not where they were expected (/usr/bin, /usr/lib/rustlib/src)."
	fi
	found=$(/usr/bin/rustc --version | cut -d ' ' -f 2)
	at_least "$wanted" "$found" || die "rustup could not download the wasm32-unknown-unknown target, and Debian's Rust, which could stand in, is $found, but $wanted or later is needed."
	uses_debian_wasm || rustup toolchain link debian /usr
}

setup_wasm_clippy() {
	has_wasm_std || [ -x /usr/bin/clippy-driver ] || apt_install "Clippy for WebAssembly" rust-web-clippy
}

# cargo_install CRATE VERSION ARGS...: into the tools folder. Compiling is to be quick; the programs need not be.
cargo_install() {
	local crate=$1 version=$2 start
	shift 2
	start=$(date +%s)
	say "Building $crate $version, once (about three minutes; it is kept in $tools)"
	CARGO_TARGET_DIR="$tools/build" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
		CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_PANIC=unwind \
		cargo install --quiet --root "$tools" --force "$crate" --version "=$version" "$@" ||
		die "$crate $version could not be built; cargo's message is above."
	rm -rf "$tools/build"
	say "$crate $version is ready ($(seconds_since "$start"))"
}

setup_wasm_bindgen() {
	local version
	version=$(locked_version wasm-bindgen)
	[ -n "$version" ] || die "Cargo.lock names no wasm-bindgen version."
	for program in wasm-bindgen wasm-bindgen-test-runner; do
		if ! have $program || [ "$($program --version | cut -d ' ' -f 2)" != "$version" ]; then
			# Without --locked, because its lock file names a version that has been withdrawn. Without TLS, because the
			# test runner only speaks to a chromedriver on this machine.
			CARGO_PROFILE_RELEASE_OPT_LEVEL=1 cargo_install wasm-bindgen-cli "$version" --no-default-features
			return
		fi
	done
}

setup_trunk() {
	have trunk && [ "$(trunk --version | cut -d ' ' -f 2)" = "$trunk_version" ] && return
	# With --locked, because newer releases of its dependencies do not fit together. Without TLS and the search for
	# updates, because here it only serves files.
	CARGO_PROFILE_RELEASE_OPT_LEVEL=0 cargo_install trunk "$trunk_version" --no-default-features --locked
}

setup_node() {
	have node && have npm || die "Node.js 20.19 or later with npm is needed: see https://nodejs.org"
	at_least 20.19 "$(node --version | tr -d v)" || die "Node.js 20.19 or later is needed, $(node --version) is there: see https://nodejs.org"
	[ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ] && return
	say "Installing the tools of package.json (npm ci)"
	npm ci --no-audit --no-fund --loglevel=error || die "npm ci failed; its message is above."
	touch node_modules/.package-lock.json
}

# Prints the browser and its driver, or fails.
find_browser() {
	local candidate found_browser found_driver
	# Without one named, the usual names are tried below.
	found_browser=$(command -v "${CHROME:-}" || true)
	found_driver=$(command -v "${CHROMEDRIVER:-}" || true)
	for candidate in chromium google-chrome google-chrome-stable chromium-browser \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
		[ -z "$found_browser" ] && [ -z "${CHROME:-}" ] && have "$candidate" && found_browser=$(command -v "$candidate")
	done
	[ -z "$found_driver" ] && [ -z "${CHROMEDRIVER:-}" ] && have chromedriver && found_driver=$(command -v chromedriver)
	[ -x "$found_browser" ] && [ -x "$found_driver" ] || return 1
	printf '%s\n%s\n' "$found_browser" "$found_driver"
}

quick_browser=chromium-headless-shell

# Chromium's SwiftShader gives every machine a WebGPU device, which computes on the CPU. The arguments are for the tests in a
# worker, through chromedriver, and for the tests of the pages, which read them from this file. EXTRA_CHROME_ARGS in the
# environment adds more.
setup_browser() {
	local found browser driver shell
	if ! found=$(find_browser); then
		[ -z "${CHROME:-}" ] || have "$CHROME" || die "CHROME names '$CHROME', which is no program."
		[ -z "${CHROMEDRIVER:-}" ] || have "$CHROMEDRIVER" || die "CHROMEDRIVER names '$CHROMEDRIVER', which is no program."
		on_macos && die "The tests need Google Chrome and its chromedriver: 'brew install --cask google-chrome chromedriver', or set CHROME and CHROMEDRIVER to those you have."
		have apt-get || die "The tests need Chromium and its chromedriver: install them, or set CHROME and CHROMEDRIVER to those you have."
		apt_install "A browser for the tests" chromium chromium-driver
		# Without windows of its own, with which the tests of the pages take a third less time. Not all systems have it.
		! apt-cache show $quick_browser >/dev/null 2>&1 || apt_install "A quicker one" $quick_browser
		found=$(find_browser) || die "Chromium or chromedriver is still missing; set CHROME and CHROMEDRIVER to those you have."
	fi
	browser=$(printf '%s\n' "$found" | sed -n 1p)
	driver=$(printf '%s\n' "$found" | sed -n 2p)
	shell=$browser
	[ -n "${CHROME:-}" ] || ! have $quick_browser || shell=$(command -v $quick_browser)
	mkdir -p "$tools"
	{
		printf '{\n  "goog:chromeOptions": {\n    "binary": "%s",\n    "args": [\n' "$browser"
		for argument in --headless --no-sandbox --disable-quic --no-first-run --disable-background-networking \
			--disable-component-update --disable-sync --disable-dev-shm-usage --enable-unsafe-webgpu \
			--use-webgpu-adapter=swiftshader --enable-features=Vulkan ${EXTRA_CHROME_ARGS:-}; do
			printf '      "%s",\n' "$argument"
		done | sed '$ s/,$//'
		printf '    ]\n  }\n}\n'
	} >"$webdriver_json.new"
	mv "$webdriver_json.new" "$webdriver_json"
	printf 'CHROME="%s"\nCHROMEDRIVER="%s"\nHEADLESS_SHELL="%s"\n' "$browser" "$driver" "$shell" >"$tools/browser.env"
}

# Linux only: macOS has Metal.
setup_vulkan() {
	on_macos && return
	local driver
	if PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep 'libvulkan\.so\.1' >/dev/null || [ -n "${VK_ICD_FILENAMES:-}${VK_DRIVER_FILES:-}" ]; then
		for driver in /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json /usr/local/share/vulkan/icd.d/*.json; do
			[ -f "$driver" ] && return
		done
	fi
	apt_install "A Vulkan driver for the GPU tests" mesa-vulkan-drivers libvulkan1
}

for part; do
	case $part in
	rust) setup_rust ;;
	wasm-target) setup_wasm_target ;;
	wasm-clippy) setup_wasm_clippy ;;
	wasm-bindgen) setup_wasm_bindgen ;;
	trunk) setup_trunk ;;
	node) setup_node ;;
	browser) setup_browser ;;
	vulkan) setup_vulkan ;;
	*) die "setup.sh knows no part called '$part'." ;;
	esac
done
