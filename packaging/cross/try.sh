#!/bin/sh
# Installs an ARM64 package into a fresh ARM64 Debian 12 and tries it there, by qemu on another machine:
#
#     packaging/cross/try.sh PACKAGE.deb
#
# What is tried stands in steps.sh. The programs talk to each other in a network of their own.
set -eu
checkout=$(realpath "$(dirname "$0")/../..")
here=$checkout/packaging/cross
place=$checkout/.build-cross
package=$(realpath "$1")

"$here/fits.sh" "$package"
if [ "$(id -u)" -ne 0 ]; then exec sudo --preserve-env "$0" "$@"; fi
"$here/binfmt.sh"
"$here/root.sh" box

rm -rf --one-file-system "$place/try"
cp -a --reflink=auto "$place/box" "$place/try"
echo "try: installing ${package##*/}"
"$here/enter.sh" --as-root "$place/try" apt-get install -y -q --no-install-recommends "$package" \
    >"$place/try.log" 2>&1 || {
    tail -n 20 "$place/try.log" >&2
    exit 1
}
# shellcheck disable=SC2016 # the inner shell expands
unshare --net sh -euc 'ip link set lo up; exec "$@"' _ \
    "$here/enter.sh" --as-root "$place/try" "$here/steps.sh"
rm -rf --one-file-system "$place/try"
