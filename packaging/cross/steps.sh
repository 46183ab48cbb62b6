#!/bin/sh
# What try.sh does inside the ARM64 root, where the package is installed: a day of the appliance in short, each answer
# checked. Ends with the first that is wrong.
set -eu

data=/var/lib/lpr-appliance
address=http://127.0.0.1:8080
picture=Sources/CDemoPictures/pictures/pickup-red.jpg
work=$(mktemp -d)
log=$work/log

step() { echo "try: $*"; }

fail() {
    echo "try: FAILED: $*" >&2
    if [ -s "$log" ]; then tail -n 20 "$log" >&2; fi
    exit 1
}

# A command as the service's user.
appliance() { setpriv --reuid=lpr-appliance --regid=lpr-appliance --clear-groups lpr-appliance "$@" --data "$data"; }

start() {
    LPR_MQTT_BROKERS=mqtt://127.0.0.1 setpriv --reuid=lpr-appliance --regid=lpr-appliance --clear-groups \
        lpr-appliance serve --data "$data" >>"$log" 2>&1 &
    service=$!
    curl -fsS -o /dev/null --retry 120 --retry-delay 1 --retry-connrefused --retry-max-time 120 "$address/api/health" \
        2>/dev/null || fail "it does not answer"
}

stop() {
    kill -TERM "$service"
    status=0
    wait "$service" || status=$?
    [ "$status" -eq 0 ] || fail "it ended with $status"
}

# answers STATUS PATH [curl's arguments]: the body is then in $work/body.
answers() {
    expected=$1 path=$2
    shift 2
    got=$(curl -sS -m 60 -o "$work/body" -w '%{http_code}' "$@" "$address$path") || fail "$path: no answer"
    [ "$got" = "$expected" ] || fail "$path: $got instead of $expected: $(head -c 500 "$work/body")"
}

# says FILTER VALUE: what the last body holds there.
says() {
    got=$(jq -r "$1" "$work/body")
    [ "$got" = "$2" ] || fail "$1 is $got instead of $2: $(head -c 500 "$work/body")"
}

# Asks again until a body says so, for what is not stored at once.
becomes() {
    for _ in $(seq 300); do
        if curl -fsS -m 60 -o "$work/body" -H "X-API-Key: $admin" "$address$1" 2>/dev/null \
            && [ "$(jq -r "$2" "$work/body")" = "$3" ]; then return; fi
        sleep 0.2
    done
    fail "$1: $2 did not become $3"
}

[ "$(uname -m)" = aarch64 ] || fail "this is no ARM64"
broker='' service=''
# shellcheck disable=SC2086 # what has not been started is no word
trap 'kill $broker $service 2>/dev/null || true' EXIT

step "commands: $(lpr-appliance --version)"
lpr-appliance --help | grep -q 'SUBCOMMANDS' || fail "--help says nothing"
lpr-appliance config example | cmp - /etc/lpr-appliance/appliance.conf || fail "config example is not the file that was installed"
lpr-appliance config check >"$work/body" || fail "config check: $(cat "$work/body")"

step "start, with a broker"
printf 'listener 1883 127.0.0.1\nallow_anonymous true\n' >"$work/mosquitto.conf"
mosquitto -c "$work/mosquitto.conf" >"$work/mosquitto.log" 2>&1 &
broker=$!
start

step "set-up and log-in"
code=$(appliance setup-code | grep -oE '([A-Z0-9]{4}-){3}[A-Z0-9]{4}')
answers 201 /api/auth/setup -H 'Content-Type: application/json' \
    -d "{\"setup_code\": \"$code\", \"username\": \"somchai\", \"password\": \"seven green buses\"}"
answers 200 /api/auth/login -c "$work/cookies" -H 'Content-Type: application/json' \
    -d '{"username": "somchai", "password": "seven green buses"}'
answers 401 /api/auth/login -H 'Content-Type: application/json' -d '{"username": "somchai", "password": "wrong wrong"}'
answers 200 /api/auth/me -b "$work/cookies"
admin=$(appliance key create try --role admin)
key=$(appliance device add gate-1)
answers 200 /api/auth/token -X POST -H "X-API-Key: $admin"
token=$(jq -r .access_token "$work/body")
answers 200 /api/auth/me -H "Authorization: Bearer $token"

step "the page"
answers 200 / --compressed
grep -q '<!doctype html>' "$work/body" || fail "/ is no page"
answers 200 /api/openapi.json --compressed
says .openapi 3.1.0

step "events"
event='{"event_id": "one", "license_plate": "1กก 1234", "province": "กรุงเทพมหานคร", "confidence": 0.93}'
answers 401 /api/lpr/events -H 'Content-Type: application/json' -d "$event"
answers 201 /api/lpr/events -H "X-API-Key: $key" -H 'Content-Type: application/json' -d "$event"
says .province_code TH-10
answers 200 /api/lpr/events -H "X-API-Key: $key" -H 'Content-Type: application/json' -d "$event"
answers 422 /api/lpr/events -H "X-API-Key: $key" -H 'Content-Type: application/json' \
    -d '{"license_plate": "1กก 1", "confidence": 1.2}'
for number in $(seq 100 599); do
    echo "{\"event_id\": \"batch-$number\", \"license_plate\": \"2ขข $number\", \"captured_at\": \"2025-11-23T08:03:00+07:00\"}"
done >"$work/batch"
answers 200 /api/lpr/events/batch -H "X-API-Key: $key" -H 'Content-Type: application/x-ndjson' --data-binary "@$work/batch"
says .created 500

step "picture and thumbnail"
answers 201 /api/lpr/events -H "X-API-Key: $key" -F "image=@$picture" \
    -F 'event={"event_id": "two", "license_plate": "70-0123", "metadata": {"bbox": [40, 40, 120, 90]}};type=application/json'
answers 200 /api/lpr/events/two/image -b "$work/cookies"
cmp "$work/body" "$picture" || fail "the picture came back changed"
answers 200 /api/lpr/events/two/thumbnail -b "$work/cookies"
[ "$(head -c 3 "$work/body" | od -An -tx1 | tr -d ' ')" = ffd8ff ] || fail "the thumbnail is no JPEG"

step "queries"
answers 200 /api/lpr/events -G -H "X-API-Key: $admin" --data-urlencode 'plate=๑กก-๑๒๓๔'
says '[.events[].event_id] | join(" ")' one
answers 200 /api/lpr/events -G -H "X-API-Key: $admin" --data-urlencode 'search=ข45'
says '.events | length' 10
answers 200 '/api/lpr/events?limit=500' -G -H "X-API-Key: $admin" -H 'Accept: text/csv' -d device=gate-1
[ "$(wc -l <"$work/body")" -eq 503 ] || fail "the export has $(wc -l <"$work/body") lines"

step "MQTT"
becomes /api/health .components.mqtt.state ok
mosquitto_pub -h 127.0.0.1 -q 1 -t lpr/data/edge/gate-1 -m '{"event_id": "by-mqtt", "license_plate": "3คค 9012"}'
becomes /api/lpr/events/by-mqtt .source_protocol mqtt

step "SFTP"
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
appliance device key add gate-1 "$(cat "$work/key.pub")" >"$work/body"
echo "put $picture /car.jpg" | sftp -q -i "$work/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile="$work/hosts" \
    -P 2222 -b - gate-1@127.0.0.1 >"$work/body" 2>&1 || fail "sftp: $(cat "$work/body")"
answers 201 /api/lpr/events -H "X-API-Key: $key" -H 'Content-Type: application/json' \
    -d '{"event_id": "by-sftp", "license_plate": "4งง 3456", "image_path": "/car.jpg"}'
answers 200 /api/lpr/events/by-sftp/image -b "$work/cookies"
cmp "$work/body" "$picture" || fail "the picture that came by SFTP is another one"

step "state, backup, stop, start again"
appliance status >"$work/body" || fail "status: $(cat "$work/body")"
says .status ok
[ -s "$(appliance backup)" ] || fail "there is no backup"
stop
start
answers 200 /api/lpr/events/by-sftp -b "$work/cookies"
says .license_plate '4งง 3456'
stop

step "https, and pictures encrypted on the disk"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost' -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
chmod 755 "$work"
chown lpr-appliance "$work/tls.key"
address=https://localhost:8080
export CURL_CA_BUNDLE="$work/tls.crt" LPR_TLS_CERTIFICATE="$work/tls.crt" LPR_TLS_KEY="$work/tls.key"
export LPR_MEDIA_ENCRYPTION=true
start
answers 201 /api/lpr/events -H "X-API-Key: $key" -F "image=@$picture" \
    -F 'event={"event_id": "sealed", "license_plate": "5จจ 7890"};type=application/json'
answers 200 /api/lpr/events/sealed/image -H "X-API-Key: $admin"
cmp "$work/body" "$picture" || fail "the encrypted picture came back changed"
find "$data/images" -type f -newer "$work/tls.crt" -size "+$(wc -c <"$picture")c" | grep -q . || fail "no encrypted picture"
find "$data/images" -type f -newer "$work/tls.crt" | while read -r file; do
    if [ "$(head -c 2 "$file" | od -An -tx1 | tr -d ' ')" = ffd8 ]; then fail "$file is not encrypted"; fi
done
stop
echo "try: all answers are right"
