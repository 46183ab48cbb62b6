# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# The drop-ins among the examples do what they say.

box_make tools
check "a box with the package" box_with_package || return
make_keys gate-1
drop_in() {
    inside sh -euc '
        mkdir -p /etc/systemd/system/lpr-appliance.service.d
        cp "/usr/share/doc/lpr-appliance/examples/systemd/$0" /etc/systemd/system/lpr-appliance.service.d/
        systemctl daemon-reload
    ' "$1"
}

inside sed -i 's/^# listen = \["0.0.0.0:8080"\]/listen = ["0.0.0.0:80"]/' /etc/lpr-appliance/appliance.conf
inside systemctl stop lpr-appliance
check "low-port.conf" drop_in low-port.conf
check "the service starts" inside systemctl start lpr-appliance
check "the page answers on port 80" page_answers 80
check "systemd-analyze security is still at most 2.0" inside systemd-analyze security --threshold=20 lpr-appliance
inside sed -i 's/^listen = .*/# listen = ["0.0.0.0:8080"]/' /etc/lpr-appliance/appliance.conf

check "memory.conf" drop_in memory.conf
check "it is the limit" property_is MemoryMax 419430400

inside install -d -o lpr-appliance -g lpr-appliance -m 0750 /mnt/disk/lpr
check "other-directory.conf" drop_in other-directory.conf
check "the service starts" inside systemctl restart lpr-appliance
check "it answers" answers
check "the data is there" has /mnt/disk/lpr/appliance.sqlite 600 lpr-appliance:lpr-appliance
check "commands find it by --data" contains - inside lpr-appliance setup-code --data /mnt/disk/lpr
