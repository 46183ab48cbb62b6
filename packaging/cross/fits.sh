#!/bin/sh
# Fails when a package asks for more than the oldest release that is supported, Ubuntu 22.04, has:
#
#     packaging/cross/fits.sh PACKAGE.deb
#
# What the package asks for was found by dpkg-shlibdeps from the symbols that its program uses.
set -eu

# As released. Debian 12 and all later releases have newer ones, by the same names but for libturbojpeg0 in Debian.
has="
adduser 3.118ubuntu5
debconf 1.5.79ubuntu1
libc6 2.35-0ubuntu3
libgcc-s1 12-20220319-1ubuntu1
libmosquitto1 2.0.11-1ubuntu1
libpq5 14.2-1ubuntu1
libsqlite3-0 3.37.2-2
libssh-4 0.9.6-2build1
libstdc++6 12-20220319-1ubuntu1
libturbojpeg 2.1.2-0ubuntu1
tzdata 2022a-0ubuntu1
zlib1g 1:1.2.11.dfsg-2ubuntu9
"

# One line for each need; its alternatives are words such as libc6>=2.35.
needs=$(dpkg-deb -f "$1" Pre-Depends Depends | sed 's/^[A-Za-z-]*: //' | tr ',' '\n' | tr -d '() ' | tr '|' ' ')
echo "$needs" | {
    status=0
    while read -r alternatives; do
        met=""
        for need in $alternatives; do
            name=${need%%[><=]*}
            at_least=${need#"$name"}
            version=$(echo "$has" | sed -n "s/^$name //p")
            if [ -n "$version" ] && dpkg --compare-versions "$version" ge "${at_least#>=}"; then met=$need; fi
        done
        if [ -z "$met" ]; then
            echo "fits: Ubuntu 22.04 does not have: $alternatives" >&2
            status=1
        fi
    done
    exit "$status"
}
