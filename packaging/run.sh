#!/bin/sh
# Starts the appliance in the foreground and, unless DEMO=0, simulated cameras beside it. Ctrl-C ends both.
set -eu
data=$1
demo=$2
binary=.build/debug/lpr-appliance

"$binary" serve --data "$data" &
appliance=$!
cameras=""
stop() {
    [ -z "$cameras" ] || kill "$cameras" 2>/dev/null || true
    kill "$appliance" 2>/dev/null || true
}
trap stop INT TERM
if [ "$demo" != 0 ]; then
    # The cameras wait for the appliance themselves; nothing has to sleep here.
    "$binary" demo --data "$data" &
    cameras=$!
fi
status=0
# A trapped signal ends the first wait; the second one has the appliance's own exit code.
wait "$appliance" || status=$?
if kill -0 "$appliance" 2>/dev/null; then
    status=0
    wait "$appliance" || status=$?
fi
[ -z "$cameras" ] || kill "$cameras" 2>/dev/null || true
exit "$status"
