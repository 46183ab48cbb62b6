# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# The service comes back by itself, except where that cannot help.

box_make tools
check "a box with the package" box_with_package || return
make_keys gate-1
check "an event is taken" send_event before-the-kill

main=$(property MainPID)
other_process() { [ "$(property MainPID)" != "$main" ] && answers; }
check "kill -9" inside systemctl kill --signal=KILL --kill-who=main lpr-appliance
check "the service is back" within 30 other_process
check "the event is there" event_is_there before-the-kill

inside sh -euc '
    mkdir -p /etc/systemd/system/lpr-appliance.service.d
    printf "[Service]\nWatchdogSec=6\nTimeoutAbortSec=3\n" >/etc/systemd/system/lpr-appliance.service.d/test.conf
    systemctl daemon-reload
    systemctl restart lpr-appliance
'
main=$(property MainPID)
left_alone() { ! within 10 other_process && property_is MainPID "$main" && answers; }
check "the watchdog leaves a service alone that answers" left_alone
check "the process is stopped where it stands (SIGSTOP)" \
    inside systemctl kill --signal=STOP --kill-who=main lpr-appliance
check "the watchdog ends it, and the service is back" within 40 other_process
check "the journal says why" contains "Watchdog timeout" inside journalctl -q -u lpr-appliance
inside sh -euc 'rm -r /etc/systemd/system/lpr-appliance.service.d; systemctl daemon-reload; systemctl restart lpr-appliance'

inside sh -c 'echo "[no_such_section]" >>/etc/lpr-appliance/appliance.conf'
check "a wrong configuration stops the start" refuses failed inside systemctl restart lpr-appliance
check "with its exit status" property_is ExecMainStatus 78
check "and is not tried again" property_is SubState failed
check "the journal names what is wrong" contains no_such_section inside journalctl -q -u lpr-appliance
inside sed -i '/no_such_section/d' /etc/lpr-appliance/appliance.conf
check "put right, it starts" inside systemctl restart lpr-appliance

inside systemctl stop lpr-appliance
inside systemd-run --quiet --unit=thief socat TCP-LISTEN:8080,reuseaddr,fork SYSTEM:true
inside systemctl start --no-block lpr-appliance
taken() { [ "$(property NRestarts)" -gt 0 ]; }
check "while another program has its port it tries again and again" within 30 taken
inside systemctl stop thief
check "and starts when the port is free" within 30 answers
