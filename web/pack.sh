#!/bin/sh
# Packs the page for the binary: our files below web/ and the distribution's Bootstrap and Chart.js,
# each compressed, into Sources/CWebAssets/generated/ beside assets.inc, which embeds them.
# Runs in a second, needs coreutils and gzip only, and rewrites a file only when its content changed,
# so that an unchanged page costs no compilation.
#
# Where a distribution keeps its JavaScript elsewhere: LPR_JAVASCRIPT_DIR=/path web/pack.sh
set -eu
export LC_ALL=C

budget=$((400 * 1024)) # bytes of gzip for the whole page
web=$(cd "$(dirname "$0")" && pwd)
out=$web/../Sources/CWebAssets/generated
javascript=${LPR_JAVASCRIPT_DIR:-/usr/share/javascript}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
    echo "pack.sh: $*" >&2
    exit 1
}

content_type() {
    case $1 in
        *.html) echo "text/html; charset=utf-8" ;;
        *.css) echo "text/css; charset=utf-8" ;;
        *.js) echo "text/javascript; charset=utf-8" ;;
        *.svg) echo "image/svg+xml; charset=utf-8" ;;
        *.webmanifest) echo "application/manifest+json; charset=utf-8" ;;
        *) fail "no content type known for $1" ;;
    esac
}

# A line "request path<tab>file" for everything that goes in.
{
    (cd "$web" && find . -type f \( -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.svg' \
        -o -name '*.webmanifest' \)) | while read -r file; do
        file=${file#./}
        case $file in
            index.html) printf '/index.html\t%s\n' "$web/$file" ;;
            *) printf '/assets/%s\t%s\n' "$file" "$web/$file" ;;
        esac
    done
    printf '/assets/vendor/bootstrap.min.css\t%s\n' "$javascript/bootstrap5/css/bootstrap.min.css"
    printf '/assets/vendor/chart.min.js\t%s\n' "$javascript/chart.js/chart.min.js"
} | sort >"$work/list"

mkdir -p "$out" "$work/out"
total=0
index=0
: >"$work/bytes"
: >"$work/rows"
tab=$(printf '\t')
while IFS=$tab read -r path file; do
    [ -r "$file" ] || fail "$file is missing: apt-get install libjs-bootstrap5 libjs-chart.js"
    name=$(echo "${path#/}" | tr / _).gz
    gzip -9 -n -c "$file" >"$work/out/$name"
    size=$(($(wc -c <"$work/out/$name")))
    length=$(($(wc -c <"$file")))
    total=$((total + size))
    sum=$(sha256sum <"$file" | cut -c1-32)
    printf 'static const unsigned char asset_%d[] = {\n#embed "%s"\n};\n' "$index" "$name" >>"$work/bytes"
    # shellcheck disable=SC1003 # the backslashes continue the macro
    printf '    {"%s", "%s", "\\"%s\\"", asset_%d, sizeof asset_%d, %d}, \\\n' \
        "$path" "$(content_type "$path")" "$sum" "$index" "$index" "$length" >>"$work/rows"
    index=$((index + 1))
done <"$work/list"

{
    echo "// Made by web/pack.sh."
    cat "$work/bytes"
    echo "#define LPR_WEB_ASSETS \\"
    cat "$work/rows"
    echo ""
} >"$work/out/assets.inc"

[ "$total" -le "$budget" ] || fail "the page is $total bytes compressed, $((total - budget)) above the budget of $budget"

changed=0
for file in "$work/out"/*; do
    name=${file##*/}
    if ! cmp -s "$file" "$out/$name"; then
        cp "$file" "$out/$name.new"
        mv "$out/$name.new" "$out/$name"
        changed=$((changed + 1))
    fi
done
for file in "$out"/*; do
    if [ ! -e "$work/out/${file##*/}" ]; then
        rm -f "$file"
        changed=$((changed + 1))
    fi
done
echo "web: $index files, $total bytes compressed (budget $budget), $changed rewritten"
