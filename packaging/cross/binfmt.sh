#!/bin/sh
# Sees to it that this kernel runs programs for ARM64, by qemu (package qemu-user-static). Does nothing on ARM64 itself.
set -eu

table=/proc/sys/fs/binfmt_misc
works() { grep -qs '^enabled' "$table/qemu-aarch64" && grep -q '^flags:.*F' "$table/qemu-aarch64"; }

if [ "$(uname -m)" = aarch64 ] || works; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then exec sudo "$0"; fi
if [ ! -e "$table/register" ]; then mount -t binfmt_misc binfmt_misc "$table"; fi
# The packages register it when they are installed and at every start of the machine, where systemd or an init runs.
if ! works && command -v update-binfmts >/dev/null 2>&1; then update-binfmts --enable qemu-aarch64 || true; fi
if ! works && [ -x /usr/lib/systemd/systemd-binfmt ]; then /usr/lib/systemd/systemd-binfmt || true; fi
works || {
    echo "cross: this kernel does not run programs for ARM64; install qemu-user-static and binfmt-support" >&2
    exit 1
}
