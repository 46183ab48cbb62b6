"""The rules of packaging/examples/nftables.conf between a box and its clients: two network namespaces and a cable.

It starts itself anew in a namespace of its own, so that the machine's network stays as it is.
"""

import concurrent.futures
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import threading

from program import eventually, expect, expect_equal, run

# The box and a client, by the network that both are in; the first is the one that technicians come from.
networks = {
    "admin": ("192.168.1.20", "192.168.1.7"), "LAN": ("10.0.0.20", "10.0.0.7"),
    "Internet": ("203.0.113.20", "203.0.113.7"), "LAN by IPv6": ("fd00::20", "fd00::7"),
    "Internet by IPv6": ("2001:db8::20", "2001:db8::7"),
}
tcp = (22, 80, 443, 1883, 2222, 8080, 8883, 9999)
udp = (5353, 9999)
services = {"tcp 80", "tcp 443", "tcp 2222", "tcp 8080", "udp 5353"}
expected = {"admin": services | {"tcp 22"}, "LAN": services, "Internet": set(), "LAN by IPv6": services,
            "Internet by IPv6": set()}


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def configure(device, side):
    for pair in networks.values():
        subprocess.run(["ip", "address", "add", f"{pair[side]}/{64 if ':' in pair[side] else 24}", "dev", device,
                        *(["nodad"] if ":" in pair[side] else [])], check=True)
    for each in (device, "lo"):
        subprocess.run(["ip", "link", "set", each, "up"], check=True)


def answers(kind, address, port):
    """Whether a service answers, as a client sees it: with more patience each time, as the machine may be busy."""
    return any(answers_within(seconds, kind, address, port) for seconds in (1, 3, 10))


def answers_within(seconds, kind, address, port):
    with socket.socket(family(address), socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as wire:
        wire.settimeout(seconds)
        try:
            wire.connect((address, port))
            wire.send(b"hello")
            return wire.recv(5) == b"hello"
        except OSError:
            return False


def pings(address, seconds=20):
    # An echo request, with its checksum.
    packet = struct.pack("!BBHHH", 8, 0, 0xFFFF - 0x0802, 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as wire:
        wire.settimeout(seconds)
        wire.sendto(packet, (address, 0))
        try:
            return wire.recv(100)[20] == 0
        except OSError:
            return False


def client():
    """The other end of the cable: looks at the box whenever it is asked, and says what answers."""
    # The cable comes a moment after this process.
    eventually("cable", lambda: subprocess.run(["ip", "link", "show", "lan1"], capture_output=True).returncode == 0)
    configure("lan1", 1)
    door = socket.create_server(("192.168.1.7", 5000))
    print("ready", flush=True)
    for line in sys.stdin:
        if line.startswith("accept"):
            peer, _ = door.accept()
            peer.sendall(peer.recv(5))
            print("{}", flush=True)
            continue
        with concurrent.futures.ThreadPoolExecutor(64) as threads:
            found = {}
            for name, (box, _) in networks.items():
                for kind, ports in (("tcp", tcp), ("udp", udp)):
                    for port in ports:
                        found[name, f"{kind} {port}"] = threads.submit(answers, kind, box, port)
            seen = {name: sorted(what for (where, what), each in found.items() if where == name and each.result())
                    for name in networks}
        seen["ping"] = [pings(networks["admin"][0])]
        print(json.dumps(seen), flush=True)


def serve():
    """Services of the box, each of which sends back what it gets."""
    def streams(door):
        while True:
            peer, _ = door.accept()
            with peer:
                peer.sendall(peer.recv(5))

    def packets(door):
        while True:
            door.sendto(*door.recvfrom(5))

    def start(work, door):
        threading.Thread(target=work, args=(door,), daemon=True).start()

    for port in tcp:
        start(streams, socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True))
    for port in udp:
        # One for each address, so that an answer comes from the one that was asked.
        for address, _ in networks.values():
            door = socket.socket(family(address), socket.SOCK_DGRAM)
            door.bind((address, port))
            start(packets, door)


def load(rules):
    subprocess.run(["nft", "-c", "-f", "-"], input=rules, text=True, check=True)
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


def box(arguments):
    other = subprocess.Popen(["unshare", "--net", sys.executable, "-B", __file__, "--role", "client"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        try_rules(pathlib.Path(arguments.rules).read_text(), other)
    finally:
        other.kill()
    return {"networks": len(networks)}


def try_rules(rules, other):
    own = os.readlink("/proc/self/ns/net")
    eventually("second namespace", lambda: os.readlink(f"/proc/{other.pid}/ns/net") != own)
    subprocess.run(["ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan1", "netns", str(other.pid)],
                   check=True)
    configure("lan0", 0)
    expect_equal(other.stdout.readline(), "ready\n", "the client")
    serve()

    def look():
        print("look", file=other.stdin, flush=True)
        seen = json.loads(other.stdout.readline())
        expect_equal(seen.pop("ping"), [True], "ping")
        return {name: set(what) for name, what in seen.items()}

    everything = {f"tcp {port}" for port in tcp} | {f"udp {port}" for port in udp}
    expect_equal(look(), dict.fromkeys(networks, everything), "without rules")
    # Twice, because it is how they are changed.
    for _ in range(2):
        load(rules)
    expect_equal(look(), expected, "with the rules")
    expect(answers("tcp", "127.0.0.1", 9999), "the box does not reach itself")
    # What the box itself asks others, such as the central database, is answered.
    print("accept", file=other.stdin, flush=True)
    expect(answers_within(20, "tcp", "192.168.1.7", 5000), "the box does not reach others")
    other.stdout.readline()

    more = rules
    for option in ("# tcp dport 1883 accept", "# tcp dport 8883 accept", "# iifname \"tailscale0\" accept",
                   "# limit rate 10/minute log"):
        expect(option in more, f"there is no '{option}'")
        more = more.replace(option, option[2:])
    load(more)
    opened = {name: what | {"tcp 1883", "tcp 8883"} if what else what for name, what in expected.items()}
    expect_equal(look(), opened, "with a broker")
    subprocess.run(["nft", "delete", "table", "inet", "lpr_appliance"], check=True)
    expect_equal(look(), dict.fromkeys(networks, everything), "without rules again")


def main(arguments):
    if arguments.role == "client":
        client()
        return {}
    if arguments.role == "box":
        return box(arguments)
    rights = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    # Where nft and ip stand, and only root's PATH leads.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    os.execvp("unshare", ["unshare", *rights, "--net", sys.executable, "-B", __file__, "--role", "box", "--rules",
                          arguments.rules])


run(main, {"role": "", "rules": ""})
