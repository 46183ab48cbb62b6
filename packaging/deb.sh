#!/bin/sh
# Makes the Debian package of a program that is built already, and the package of its debug symbols:
#
#     packaging/deb.sh BINARY ARCH    → .build-deb/lpr-appliance_VERSION_ARCH.deb, lpr-appliance-dbgsym_VERSION_ARCH.deb
#
# BINARY keeps its symbols; they are split off here. No root is needed. When DEB_ROOT names a root directory, the work is
# done inside it (that needs root): there the libraries of another ARCH are installed, whose names and versions become
# the dependencies, and the binutils for it.
#
# The same program gives the same bytes: all times are those of packaging/debian/changelog.
set -eu
export LC_ALL=C TZ=UTC
umask 022

if [ $# -ne 2 ] || [ ! -x "$1" ]; then
    echo "deb: usage: packaging/deb.sh BINARY ARCH (such as amd64 or arm64)" >&2
    exit 64
fi
binary=$(realpath "$1")
architecture=$2
checkout=$(realpath "$(dirname "$0")/..")
version=$(dpkg-parsechangelog -l "$checkout/packaging/debian/changelog" -S Version)
out=$checkout/.build-deb
work=$out/$architecture
tree=$work/lpr-appliance-$version
staged=$tree/staged

fail() {
    echo "deb: $*" >&2
    exit 1
}

# Runs a command where the package is made; the tree is at $place there.
if [ -n "${DEB_ROOT:-}" ]; then
    place=/build/lpr-appliance-$version
    inside() {
        mkdir -p "$DEB_ROOT/build"
        # shellcheck disable=SC2016 # the inner shell expands
        unshare --mount sh -euc '
            mount --bind "$1" "$2/build"
            mountpoint -q "$2/proc" || mount -t proc proc "$2/proc"
            root=$2 place=$3
            shift 3
            exec chroot "$root" env -C "$place" LC_ALL=C TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
        ' _ "$work" "$DEB_ROOT" "$place" "$@"
    }
else
    place=$tree
    inside() { (cd "$tree" && "$@"); }
fi

# A file or folder of the checkout, where it is to lie below staged/.
put() {
    if [ ! -e "$checkout/$1" ]; then return; fi
    mkdir -p "$(dirname "$staged/$2")"
    cp -R "$checkout/$1" "$staged/$2"
}

rm -rf "$work"
mkdir -p "$staged/root/usr/bin" "$staged/doc" "$staged/examples"
cp -R "$checkout/packaging/debian" "$tree/debian"
cp "$binary" "$staged/root/usr/bin/lpr-appliance"

program=$place/staged/root/usr/bin/lpr-appliance
stated=$(inside "$program" --version) || fail "$binary does not run here; for another architecture see DEB_ROOT"
[ "$stated" = "$version" ] || fail "the program says it is $stated, packaging/debian/changelog says $version"
# What is compiled in has to be named in the copyright file, also what was added lately.
if [ -e "$checkout/Package.resolved" ]; then
    sed -n 's/.*"identity" *: *"\([^"]*\)".*/\1/p' "$checkout/Package.resolved" | while read -r name; do
        grep -qF " dependencies/$name/" "$checkout/packaging/debian/copyright" \
            || fail "packaging/debian/copyright does not name $name, which Package.resolved does"
    done
fi

put appliance.conf.example root/etc/lpr-appliance/appliance.conf
put packaging/avahi/lpr-appliance.service root/etc/avahi/services/lpr-appliance.service
put packaging/avahi/lpr-appliance.service examples/avahi/lpr-appliance.service
put packaging/examples/ufw/lpr-appliance root/etc/ufw/applications.d/lpr-appliance
mkdir -p "$staged/root/usr/share/bash-completion/completions"
inside "$program" --generate-completion-script bash | sed '1{/^#!/d}' \
    >"$staged/root/usr/share/bash-completion/completions/lpr-appliance"
for page in "$checkout"/packaging/man/*.[1-8]; do
    put "packaging/man/${page##*/}" "root/usr/share/man/man${page##*.}/${page##*/}"
done
for page in README.md CHANGELOG.md; do put "$page" "doc/$page"; done
for page in "$checkout"/docs/*.md; do put "docs/${page##*/}" "doc/docs/${page##*/}"; done
put packaging/mosquitto examples/mosquitto
put packaging/systemd examples/systemd
for example in "$checkout"/packaging/examples/*; do
    if [ -e "$example" ]; then cp -R "$example" "$staged/examples/"; fi
done
# Whatever the umask was when the checkout was made.
chmod -R u=rwX,go=rX "$staged"

# -d: what has to be there is debhelper; the compiler, which Debian takes for granted, is not used.
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$checkout/packaging/debian/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
inside dpkg-buildpackage -b -d -uc -us -a "$architecture" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "dpkg-buildpackage failed, see above"
}

# Ubuntu names the packages of debug symbols .ddeb.
rm -f "$out"/lpr-appliance*_"$architecture".*deb
mv "$work"/lpr-appliance*_"$architecture".*deb "$out/"
package=$out/lpr-appliance_${version}_$architecture.deb
installed=$(dpkg-deb -f "$package" Installed-Size)
echo "deb: installed $((installed / 1024)) MiB; needs: $(dpkg-deb -f "$package" Depends)"
ls -l "$out"/lpr-appliance*_"$architecture".*deb
if command -v lintian >/dev/null 2>&1; then
    # lintian refuses root; it only reads the package.
    set -- --fail-on error,warning
    if [ "$(id -u)" -eq 0 ]; then set -- --allow-root "$@"; fi
    lintian "$@" "$package"
fi
