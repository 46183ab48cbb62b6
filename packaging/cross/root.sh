#!/bin/sh
# Makes a root directory below .build-cross/ with debootstrap; does nothing while it is there and was made from the same
# list. Needs root.
#
#     packaging/cross/root.sh toolchain   AMD64, Debian unstable: the Swift compiler, and beside it in .build-cross/runtime
#                                         the static Swift runtime for ARM64 of the same version
#     packaging/cross/root.sh sysroot     AMD64, Debian 12 with the libraries of ARM64: what is linked against, and where
#                                         the package is made
#     packaging/cross/root.sh box         ARM64, Debian 12 as on a box: where the package is tried, by qemu
#
# CROSS_MIRROR: another mirror of Debian than deb.debian.org. Proxies and the like are taken from this machine's apt.
set -eu
checkout=$(realpath "$(dirname "$0")/../..")
place=$checkout/.build-cross
mirror=${CROSS_MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

name=${1:-}
case $name in
    toolchain)
        suite=sid architecture=amd64
        packages="swiftlang git ca-certificates pkgconf libc6-dev"
        ;;
    sysroot)
        suite=bookworm architecture=amd64
        packages="libc6-dev:arm64 libstdc++-12-dev:arm64 libsqlite3-dev:arm64 libmosquitto-dev:arm64 libpq-dev:arm64
            libssh-dev:arm64 libturbojpeg0-dev:arm64 zlib1g-dev:arm64 debhelper po-debconf binutils-aarch64-linux-gnu"
        ;;
    box)
        suite=bookworm architecture=arm64
        packages="curl jq mosquitto mosquitto-clients openssh-client openssl rsync"
        ;;
    *)
        echo "cross: usage: packaging/cross/root.sh toolchain|sysroot|box" >&2
        exit 64
        ;;
esac
root=$place/$name
list="$suite $architecture $mirror $packages"

# It is written last, so that a root that was not finished is made again.
if [ "$(cat "$place/$name.made-from" 2>/dev/null || true)" = "$list" ]; then exit 0; fi
mkdir -p "$place"
if [ "$(id -u)" -ne 0 ]; then exec sudo --preserve-env "$0" "$@"; fi

# Debian's signatures are checked with these keys; on Ubuntu the package of this name brings them.
if [ ! -e "$keyring" ]; then
    echo "cross: $keyring is missing; install debian-archive-keyring" >&2
    exit 1
fi

inside() { "$checkout/packaging/cross/enter.sh" --as-root "$root" "$@"; }

echo "cross: making $root"
rm -rf --one-file-system "$root" "$place/$name.made-from"
# What debootstrap mounts ends with it, however it ends.
unshare --mount debootstrap --force-check-gpg --keyring="$keyring" --variant=minbase --arch="$architecture" \
    "$suite" "$root" "$mirror" >"$place/$name.log" 2>&1 || {
    tail -n 20 "$place/$name.log" >&2
    exit 1
}
apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|ForceIP)' >"$root/etc/apt/apt.conf.d/90this-machine" || true
case $name in
    sysroot | toolchain) inside dpkg --add-architecture arm64 ;;
esac
{
    inside apt-get update -q
    # shellcheck disable=SC2086 # the names are words
    inside apt-get install -y -q --no-install-recommends $packages
} >>"$place/$name.log" 2>&1 || {
    tail -n 20 "$place/$name.log" >&2
    exit 1
}

case $name in
    toolchain)
        # The compiler reads only modules of its own version. Builds of one version may be numbered apart (+b1).
        # shellcheck disable=SC2016 # dpkg-query expands
        version=$(inside dpkg-query -W -f '${Version}' swiftlang)
        rm -rf "$place/runtime"
        mkdir "$place/runtime"
        inside env -C "$place/runtime" apt-get download -q swiftlang:arm64
        package=$(echo "$place"/runtime/swiftlang_*_arm64.deb)
        if [ "$(dpkg-deb -f "$package" Version | sed 's/+b[0-9]*$//')" != "${version%+b[0-9]*}" ]; then
            echo "cross: swiftlang is $version for AMD64, but $(dpkg-deb -f "$package" Version) for ARM64; try again when Debian has built both" >&2
            exit 1
        fi
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$place/runtime" --strip-components=5 --exclude='*/lib/clang/*/bin' \
            ./usr/libexec/swift/lib/swift_static ./usr/libexec/swift/lib/clang
        rm "$package"
        inside swift --version 2>&1 | head -n 1
        ;;
    sysroot)
        # The linker sees this root from outside, where a link to /lib/… would lead to another one.
        find "$root/usr/lib/aarch64-linux-gnu" -type l -lname '/lib/aarch64-linux-gnu/*' | while read -r link; do
            ln -sfn "$(basename "$(readlink "$link")")" "$link"
        done
        # The compiler looks for the runtime in here.
        ln -s ../../../runtime/swift_static "$root/usr/lib/swift_static"
        ;;
esac
inside apt-get clean
echo "$list" >"$place/$name.made-from"
