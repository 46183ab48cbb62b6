#!/bin/sh
# Makes .build-python/, the Python with the libraries of Tests/EndToEnd/Python/requirements.txt that the tests' clients
# run in. Does nothing, and asks no network, while it is there and was made from the same list.
set -eu
cd "$(dirname "$0")/.."
list=Tests/EndToEnd/Python/requirements.txt
place=.build-python

# It is named last, so that one which was not finished is made again. An upgrade of the system's Python breaks it.
if cmp -s "$list" "$place/made-from.txt" && "$place/bin/python" -c 'import selenium' 2>/dev/null; then exit 0; fi

# The distribution's own Python belongs to its python3-venv; another one in the PATH has to bring that itself.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
echo "setup: making $place"
rm -rf "$place"
"$python" -m venv "$place"
"$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: -r "$list"
cp "$list" "$place/made-from.txt"
