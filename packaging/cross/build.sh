#!/bin/sh
# Builds the release binary for ARM64 on an AMD64 machine: .build-cross/lpr-appliance. The roots that this needs are made
# when they are missing.
#
# RELEASE_FLAGS: the flags of `swift build`, as for the release binary of this machine.
set -eu
checkout=$(realpath "$(dirname "$0")/../..")
here=$checkout/packaging/cross
place=$checkout/.build-cross
sysroot=$place/sysroot
scratch=$place/swift
triple=aarch64-unknown-linux-gnu

"$here/root.sh" toolchain
"$here/root.sh" sysroot

# The packages are fetched by the git of the toolchain's root with this user's settings: proxies, other addresses, and
# directories that stand in for addresses (url.DIRECTORY.insteadOf), which then have to be seen there.
settings=$place/gitconfig
rm -f "$settings"
git config --get-regexp '^(url|https?|safe)\.' | while read -r key value; do
    git config --file "$settings" --add "$key" "$value"
done || true
ENTER_BIND=$(git config --get-regexp '^url\./.*\.insteadof$' | sed -E 's/^url\.(.*)\.insteadof .*/\1/' | sort -u)
export ENTER_BIND

inside() { "$here/enter.sh" "$place/toolchain" "$@"; }

# shellcheck disable=SC2016,SC2086 # the inner shell expands; the flags are words
inside env HOME="$place/home" GIT_CONFIG_GLOBAL="$settings" \
    PKG_CONFIG_SYSROOT_DIR="$sysroot" \
    PKG_CONFIG_PATH="$sysroot/usr/lib/aarch64-linux-gnu/pkgconfig:$sysroot/usr/share/pkgconfig" \
    sh -euc '
        here=$1 sysroot=$2 scratch=$3 triple=$4
        shift 4
        mkdir -p "$HOME" "$scratch/newer"
        for source in newer-glibc.c newer-libstdcxx.cpp; do
            /usr/libexec/swift/bin/clang --target=$triple --sysroot="$sysroot" -O2 -fPIC \
                -c "$here/$source" -o "$scratch/newer/$source.o"
        done
        exec swift build "$@" --scratch-path "$scratch" --cache-path "$scratch/cache" \
            --swift-sdks-path "$here" --swift-sdk lpr-arm64 \
            -Xlinker "$scratch/newer/newer-glibc.c.o" -Xlinker "$scratch/newer/newer-libstdcxx.cpp.o"
    ' _ "$here" "$sysroot" "$scratch" "$triple" \
    ${RELEASE_FLAGS:--c release --static-swift-stdlib} --product lpr-appliance
ln -sfn "swift/$triple/release/lpr-appliance" "$place/lpr-appliance"
ls -lL "$place/lpr-appliance"
