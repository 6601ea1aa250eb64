#!/usr/bin/env bash
# Serves the pages with Trunk and prints their address. PORT chooses the port; without it, the first free one from 8080 on.
. "$(dirname "$0")/lib.sh"

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

if [ -n "${PORT:-}" ]; then
	case $PORT in *[!0-9]*) die "PORT is '$PORT', which is no port number." ;; esac
	! taken "$PORT" || die "Port $PORT is in use: choose another, as in 'make demo PORT=8090'."
	port=$PORT
else
	port=8080
	while taken $port; do
		port=$((port + 1))
		[ $port -lt 8100 ] || die "Ports 8080 to 8099 are all in use: choose another, as in 'make demo PORT=9000'."
	done
	[ $port -eq 8080 ] || say "Port 8080 is in use, so this is port $port"
fi

( # prints the address as soon as something answers there
	until taken "$port"; do
		sleep 0.2
		kill -0 $$ 2>/dev/null || exit 0
	done
	printf '\n    Open http://127.0.0.1:%s/ in a browser. Ctrl-C stops the server.\n\n' "$port"
) &
unset NO_COLOR # Trunk 0.21 stops at the usual value, 1
export GANOMALY_QUIET=1 # everything was built a moment ago: wasm.sh prints only if it has something to do
exec trunk --log error serve --port "$port"
