# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# Everything that cameras and others do works under the hardening of the unit: pictures, SFTP, rsync with Landlock,
# a broker and a central server with passwords that systemd hands out.

box_make tools
cp "$checkout/Sources/CDemoPictures/pictures/pickup-blue.jpg" "$box/root/car.jpg"
cp "$checkout/Sources/CDemoPictures/pictures/sedan-night.jpg" "$box/root/night.jpg"
check "a box with the package" box_with_package || return

check "a device and a key are made" make_keys gate-1
check "an event with a picture is taken" send_event by-http /root/car.jpg
check "its picture is what was sent" picture_is by-http /root/car.jpg

inside sh -euc '
    ssh-keygen -q -t ed25519 -N "" -f /root/camera-key
    lpr-appliance device key add gate-1 "$(cat /root/camera-key.pub)"
    ssh-keyscan -p 2222 127.0.0.1 >/root/known-hosts
    mkdir /root/pictures
    cp /root/night.jpg /root/pictures/0001.jpg
    echo "{\"event_id\": \"by-rsync\", \"license_plate\": \"2ขข 5678\"}" >/root/pictures/0001.json
    echo "put /root/car.jpg /data/car.jpg" >/root/batch
' >/dev/null 2>&1
ssh="-i /root/camera-key -o IdentitiesOnly=yes -o UserKnownHostsFile=/root/known-hosts"
# shellcheck disable=SC2086 # the options are words
check "SFTP takes a picture" inside sftp $ssh -P 2222 -b /root/batch gate-1@127.0.0.1
check "an event names it" inside curl -fsS -H "X-API-Key: $(cat "$state/key")" -H "Content-Type: application/json" \
    -d '{"event_id": "by-sftp", "license_plate": "1กก 1234", "image_path": "/data/car.jpg"}' \
    http://127.0.0.1:8080/api/lpr/events
check "and has it" picture_is by-sftp /root/car.jpg
check "rsync takes a picture and its event" inside rsync -az -e "ssh $ssh -p 2222" /root/pictures/ gate-1@127.0.0.1:/data/two
check "the event has it" picture_is by-rsync /root/night.jpg

check "health is ok" contains '"status":"ok"' api /health

inside sh -euc '
    printf "listener 1883 127.0.0.1\nallow_anonymous false\npassword_file /etc/mosquitto/passwords\n" >/etc/mosquitto/conf.d/test.conf
    mosquitto_passwd -c -b /etc/mosquitto/passwords lpr "broker secret"
    mosquitto_passwd -b /etc/mosquitto/passwords gate-1 camera
    chown mosquitto /etc/mosquitto/passwords
    systemctl restart mosquitto
    sed -i "s|^# brokers = .*|brokers = [\"mqtt://127.0.0.1\"]|; s|^# username = .*|username = \"lpr\"|" \
        /etc/lpr-appliance/appliance.conf
    printf "broker secret\n" >/etc/lpr-appliance/credentials/mqtt.password
    chmod 0600 /etc/lpr-appliance/credentials/mqtt.password
    systemctl restart lpr-appliance
' >"$output" 2>&1 || cat "$output"
mqtt_is_up() { api /health | grep -q '"broker":"mqtt:'; }
check "the broker's password comes as a credential" within 20 mqtt_is_up
check "a camera speaks by MQTT" inside mosquitto_pub -u gate-1 -P camera -q 1 -t lpr/data/edge/gate-1 \
    -m '{"event_id": "by-mqtt", "license_plate": "3คค 9012"}'
check "its event is there" within 20 event_is_there by-mqtt
numbers() {
    inside mosquitto_sub -u lpr -P "broker secret" -C 1 -W 45 -t system/status/appliance \
        | grep -E '"cpu_percent":[0-9].*"load_1m":[0-9].*"available_bytes":[0-9].*"process_bytes":[0-9]'
}
check "the service sees how busy the box is" numbers

inside sh -euc '
    systemctl start postgresql
    runuser -u postgres -- createdb -E UTF8 -T template0 lpr
    lpr-appliance upstream init --sql | runuser -u postgres -- psql -q -v ON_ERROR_STOP=1 lpr
    lpr-appliance upstream add-site testbox --sql 2>/root/password | runuser -u postgres -- psql -q lpr
    sed -n "s/^.*password of .*: //p" /root/password >/etc/lpr-appliance/credentials/upstream.password
    sed -i "s|^# url = .*|url = \"postgresql://lpr_testbox@127.0.0.1/lpr\"|" /etc/lpr-appliance/appliance.conf
    systemctl restart lpr-appliance
' >"$output" 2>&1 || cat "$output"
centre_has() { equal "$(inside runuser -u postgres -- psql -At -c "select count(*) from lpr.lpr_events" lpr)" "$1"; }
check "the central server gets the events, with a password that comes as a credential" within 30 centre_has 4
check "the system has refused nothing to the service" not inside journalctl -q -u lpr-appliance --no-pager \
    --grep "not permitted|ermission denied"
