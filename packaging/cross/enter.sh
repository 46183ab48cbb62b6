#!/bin/sh
# Runs a command inside a root directory, as the same user and in the same place of this checkout:
#
#     packaging/cross/enter.sh [--as-root] ROOT COMMAND…
#
# ENTER_BIND: further directories, separated by spaces, that are to be seen there under the same name.
# Entering needs root. Nothing stays mounted: the mounts belong to the command alone and end with it.
set -eu

user=$(id -u):$(id -g)
if [ "$1" = --as-root ]; then
    user=0:0
    shift
fi
root=$(realpath "$1")
shift
checkout=$(realpath "$(dirname "$0")/../..")

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo --preserve-env"; fi
# The program that is started may be one for ARM64: the kernel's table of such programs has to be seen before chroot.
# shellcheck disable=SC2016,SC2086 # the inner shell expands; the words of $as_root and ENTER_BIND are words
exec $as_root unshare --mount sh -euc '
    root=$1 user=$2 checkout=$3 bind=$4
    shift 4
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    if [ -e "$root/etc/resolv.conf" ] && [ -e /etc/resolv.conf ]; then
        mount --bind "$(realpath /etc/resolv.conf)" "$root/etc/resolv.conf"
    fi
    for directory in "$checkout" $bind; do
        mkdir -p "$root$directory"
        mount --bind "$directory" "$root$directory"
    done
    exec chroot --userspec="$user" "$root" env -C "$checkout" \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
' _ "$root" "$user" "$checkout" "${ENTER_BIND:-}" "$@"
