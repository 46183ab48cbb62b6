#!/bin/sh
# Installs what a build and the tests need, and nothing that is there already. Asks for root only when something is
# missing. Debian 12, Ubuntu 22.04 and 24.04; the Swift toolchain itself comes from swift.org.
set -eu

# Libraries to build with, web libraries to embed, programs that the tests run as real clients.
packages="libsqlite3-dev libturbojpeg0-dev zlib1g-dev libjs-bootstrap5 libjs-chart.js pkg-config python3 curl sqlite3
wrk chromium fonts-thai-tlwg"

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: there is no 'swift'; install Swift 6.2 or newer from https://www.swift.org/install/linux/" >&2
    exit 1
fi
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: this is not Debian or Ubuntu; install by hand what answers to: $packages" >&2
    exit 0
fi

missing=""
for package in $packages; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "setup: installing$missing"
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "setup: run as root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the names are words
$as_root apt-get update -q && $as_root apt-get install -y -q --no-install-recommends $missing
