# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# Counts what holds and what does not. Sourced by run.sh.

passed=0
failed=0
skipped=0
output=$state/output

# check TEXT COMMAND...: one line, and for a failure what the command has printed. Fails with the command, so that a
# scenario can stop where all that follows would fail.
check() {
    checked=$1
    shift
    if "$@" >"$output" 2>&1; then
        passed=$((passed + 1))
        echo "ok       $checked"
    else
        failed=$((failed + 1))
        echo "FAILED   $checked"
        tail -n 25 "$output" | sed 's/^/         /'
        return 1
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped  $1"
}

checks_end() {
    if [ "$skipped" -gt 0 ]; then echo "$skipped skipped"; fi
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

equal() {
    [ "$1" = "$2" ] && return
    echo "is '$1', expected '$2'"
    return 1
}

# contains TEXT COMMAND...: the command succeeds, and prints TEXT among others.
contains() {
    wanted=$1
    shift
    printed=$("$@" 2>&1) || {
        printf '%s\n' "$printed"
        return 1
    }
    says "$wanted" "$printed"
}

# refuses TEXT COMMAND...: the command fails, and prints TEXT among others.
refuses() {
    wanted=$1
    shift
    if printed=$("$@" 2>&1); then
        printf '%s\nsucceeded\n' "$printed"
        return 1
    fi
    says "$wanted" "$printed"
}

says() {
    case $2 in *"$1"*) return ;; esac
    printf '%s\nmisses: %s\n' "$2" "$1"
    return 1
}

# within SECONDS COMMAND...: tries until it succeeds.
within() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@" >"$state/attempt" 2>&1; do
        if [ "$(date +%s)" -ge "$deadline" ]; then
            cat "$state/attempt"
            return 1
        fi
        sleep 0.2
    done
}

not() { ! "$@"; }
