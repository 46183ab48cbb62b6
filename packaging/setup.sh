#!/bin/sh
# Installs what a build and the tests need, and nothing that is there already. Asks for root only when something is
# missing. Debian 12, Ubuntu 22.04 and 24.04; the Swift toolchain itself comes from swift.org.
set -eu

# The browser and the program that drives it. Debian and Ubuntu name their packages differently. Any browser of the
# family that is there will do, when its driver is there too.
browser() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null 2>&1 && command -v chromedriver >/dev/null 2>&1; then return; fi
    done
    # shellcheck source=/dev/null
    case $(. /etc/os-release && echo "$ID") in
        ubuntu) echo chromium-browser chromium-chromedriver ;;
        *) echo chromium chromium-driver ;;
    esac
}

# What runs programs for ARM64 on another machine.
qemu() {
    if [ "$(uname -m)" != aarch64 ]; then echo binfmt-support qemu-user-static; fi
}

# What is made inside the checkout, when all packages are there.
finish() {
    if [ "$purpose" = test ]; then exec "$(dirname "$0")/test-python.sh"; fi
    exit 0
}

purpose=${1:-run}
# Libraries to build with, and web libraries to embed.
packages="libsqlite3-dev libmosquitto-dev libpq-dev libssh-dev rsync libturbojpeg0-dev zlib1g-dev libjs-bootstrap5 libjs-chart.js pkg-config"
case $purpose in
    run) ;;
    # Programs that the tests start as real clients, proxies and firewalls, and a browser with Thai letters.
    test) packages="$packages curl iproute2 mosquitto mosquitto-clients nftables nginx openssh-client openssl procps lftp postgresql postgresql-contrib rclone python3 python3-venv sqlite3 fonts-thai-tlwg $(browser)" ;;
    # The program is there when its package is made, and its tools are all that is needed.
    deb) packages="debhelper dpkg-dev lintian po-debconf" ;;
    test-deb) packages="debootstrap dpkg-dev procps sqlite3 systemd-container" ;;
    # For ARM64: roots with a compiler, with libraries and to try in, and what runs its programs on another machine.
    cross) packages="$(qemu) debian-archive-keyring debootstrap dpkg-dev git iproute2 lintian" ;;
    bench) packages="$packages mosquitto postgresql postgresql-contrib openssh-client openssh-server openssh-sftp-server wrk" ;;
    *)
        echo "setup: usage: setup.sh [run|test|bench|deb|test-deb|cross]" >&2
        exit 64
        ;;
esac

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: there is no 'swift'; install Swift 6.2 or newer from https://www.swift.org/install/linux/" >&2
    exit 1
fi
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: this is not Debian or Ubuntu; install by hand what answers to: $packages" >&2
    finish
fi

missing=""
for package in $packages; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || finish

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
$as_root apt-get update -q
# shellcheck disable=SC2086 # the names are words
$as_root apt-get install -y -q --no-install-recommends $missing
# The tests start servers of their own. Installing the packages starts one of each for the whole machine.
for service in mosquitto nginx postgresql; do
    case "$missing " in
        *" $service "*)
            if [ -d /run/systemd/system ]; then $as_root systemctl disable --quiet --now "$service" || true; fi
            ;;
    esac
done
finish
