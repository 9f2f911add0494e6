"""NAT, SYN proxies and balancers, which stand in an end's place."""

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import abort, exchange, reset_expected, wait_delivered, wait_state
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE


@scenario("nat-state-lost-server-speaks",
          "A NAT box has lost its mapping; the server's next data reaches the box's own stack, "
          "which resets it.",
          "nat_state_lost", points=("server",), program="nft")
def nat_server_speaks(lab):
    lab.router.nat("postrouting", "oifname to-server masquerade")
    client, server = lab.pair(8630)
    exchange(client, server)
    lab.router.run("conntrack", "-F")
    lab.pause(0.2)
    server.sendall(b"event: news")
    with reset_expected():
        server.recv(1)
    return [Rst("nat_state_lost", "router", "NO_SOCKET", "UNKNOWN",
                inseparable=("firewall_reset",))]


@scenario("nat-state-lost-virtual-address",
          "Clients reach the server through a virtual address of the box; the box loses its "
          "mapping, and the client's next request ends in the box's own stack.",
          "nat_state_lost", points=("client",), program="nft")
def nat_virtual(lab):
    virtual = lab.router.links["to-client"].address
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.nat("prerouting", f"ip daddr {virtual} tcp dport 8631 dnat ip to {lab.server.ip4}")
    listener = lab.listen(lab.server, 8631)
    client = lab.connect(lab.client, virtual, 8631)
    server = lab.accept(listener)
    exchange(client, server)
    lab.router.run("conntrack", "-F")
    lab.pause(0.2)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("nat_state_lost", "router", "NO_SOCKET", "UNKNOWN",
                inseparable=("firewall_reset",))]


@scenario("nat-state-lost-other-backend",
          "A load balancer sends an established connection to another backend, which has never "
          "heard of it.",
          "nat_state_lost", program="nft")
def other_backend(lab):
    base, host = lab.server.ip4.rsplit(".", 1)
    second = lab.server.add_address(f"{base}.{int(host) + 1}")
    virtual = lab.router.links["to-client"].address
    lab.router.nft("table ip balancer {\nmap backend {\ntype inet_service : ipv4_addr\n"
                   f"elements = {{ 8632 : {lab.server.ip4} }}\n}}\nchain in {{\n"
                   "type nat hook prerouting priority -100;\n"
                   f"ip daddr {virtual} dnat to tcp dport map @backend\n}}\n}}\n")
    listener = lab.listen(lab.server, 8632)
    lab.listen(lab.server, 8632, address=second)
    client = lab.connect(lab.client, virtual, 8632)
    exchange(client, lab.accept(listener))
    lab.router.nft("delete element ip balancer backend { 8632 }\n"
                   f"add element ip balancer backend {{ 8632 : {second} }}\n")
    lab.router.run("conntrack", "-F")
    lab.pause(0.2)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("nat_state_lost", "server", "TCP_FLAGS", "LISTEN", at=("server",),
                inseparable=("connection_unknown", "capture_incomplete"),
                note="at the new backend the connection begins in its middle"),
            Rst("nat_state_lost", "server", "TCP_FLAGS", "LISTEN", at=("client",),
                claims="router", translated=True, origin="server",
                inseparable=("connection_unknown", "idle_timeout"),
                note="the other backend's word, under the virtual address")]


@scenario("nat-through",
          "A client behind NAT aborts an ordinary connection; numbers pass, addresses change.",
          "linger0", program="nft")
def nat_through(lab):
    lab.router.nat("postrouting", "oifname to-server masquerade")
    client, server = lab.pair(8633)
    exchange(client, server)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", at=("client",)),
            Rst("linger0", "client", "TCP_STATE", "CLOSE", at=("server",), claims="router",
                translated=True)]


def _synproxy(lab, port):
    """nftables SYNPROXY in front of the server."""
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.nft("table ip proxy {\nchain raw {\n"
                   "type filter hook prerouting priority raw;\n"
                   f"tcp dport {port} tcp flags syn notrack\n}}\nchain forward {{\n"
                   "type filter hook forward priority filter;\n"
                   f"tcp dport {port} ct state invalid,untracked synproxy mss 1460 wscale 7 "
                   "timestamp sack-perm\nct state invalid drop\n}\n}\n")


@scenario("proxy-upstream-refused",
          "A SYN proxy completes the client's handshake and then finds the server's port closed; "
          "it passes the refusal on with translated numbers.",
          "proxy_upstream_refused", "port_closed", program="nft")
def synproxy_refused(lab):
    _synproxy(lab, 8640)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8640).recv(1)
    return [Rst("proxy_upstream_refused", "server", "NO_SOCKET", "UNKNOWN", at=("client",),
                origin="middlebox", note="the server's refusal, translated by the SYN proxy"),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", at=("server",))]


@scenario("synproxy-passes",
          "The same SYN proxy in front of a server that serves: numbers are translated, and the "
          "client's own abort is the client's.",
          "linger0", program="nft")
def synproxy_passes(lab):
    _synproxy(lab, 8641)
    client, server = lab.pair(8641)
    exchange(client, server)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", at=("client",)),
            Rst("linger0", "client", "TCP_STATE", "CLOSE", at=("server",), translated=True)]


@scenario("synproxy-server-aborts",
          "Behind the SYN proxy the server serves and then closes with data unread: that is no "
          "refusal of the proxy's backend.",
          "unread_data", program="nft")
def synproxy_unread(lab):
    _synproxy(lab, 8642)
    client, server = lab.pair(8642)
    exchange(client, server)
    client.sendall(b"second request")
    wait_delivered(client)
    server.close()
    lab.pause(0.1)
    # An unanswered request: nothing shows whether the server had read it.
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("server",),
                inseparable=("linger0",)),
            Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("client",),
                translated=True, inseparable=("linger0",))]


@scenario("balancer-dead-backend",
          "A load balancer (address translation) sends one client to a backend that serves and the "
          "next one to a backend whose service is down; the backends' hosts have other default "
          "TTLs.",
          "port_closed", program="nft")
def balancer_dead_backend(lab):
    virtual = lab.router.links["to-client"].address
    base, host = lab.server.ip4.rsplit(".", 1)
    second = lab.server.add_address(f"{base}.{int(host) + 1}")
    lab.router.nft("table ip balancer {\nchain in {\ntype nat hook prerouting priority -100;\n"
                   f"ip daddr {virtual} tcp dport 8664 dnat to numgen inc mod 2 map "
                   f"{{ 0 : {lab.server.ip4}, 1 : {second} }}\n}}\n}}\n")
    listener = lab.listen(lab.server, 8664)
    client = lab.connect(lab.client, virtual, 8664)
    exchange(client, lab.accept(listener))
    lab.server.sysctl("net.ipv4.ip_default_ttl", 128)
    with reset_expected():
        lab.connect(lab.client, virtual, 8664)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", at=("server",)),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", at=("client",), claims="router",
                translated=True, origin="server")]


@scenario("balancer-host-away",
          "The load balancer sends a client to a backend that does not exist: the router says so "
          "by ICMP and nobody resets.", program="nft")
def balancer_host_away(lab):
    virtual = lab.router.links["to-client"].address
    base = lab.server.ip4.rsplit(".", 1)[0]
    away = f"{base}.{int(lab.server.ip4.rsplit('.', 1)[1]) + 5}"
    lab.router.nat("prerouting", f"ip daddr {virtual} tcp dport 8665 dnat ip to {away}")
    lab.connecting(lab.client, virtual, 8665)
    lab.pause(3.5)
    return []


@scenario("synproxy-server-closed-in-the-meantime",
          "Behind the SYN proxy a server ends an idle connection in order; the client's next "
          "request draws a reset, whose number the proxy sets back to that of its own handshake: "
          "the client does not heed it and repeats its request in vain.",
          "data_after_close", program="nft")
def synproxy_late(lab):
    _synproxy(lab, 24016)
    client, server = lab.pair(24016)
    exchange(client, server)
    lab.pause(1)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.3)
    client.sendall(GET)
    lab.pause(2)
    assert sockets.tcp_state(client) == sockets.CLOSE_WAIT
    return [Rst("data_after_close", "server", LATE,
                inseparable_at={"client": ("injected", "capture_incomplete")})]


@scenario("synproxy-server-aborts-after-two-answers",
          "Behind the SYN proxy a server answers twice and aborts (SO_LINGER 0): the proxy sets "
          "the reset's number back to that of its own handshake, and the client, 100 octets "
          "further, does not heed it; it asks once more and hears nothing.",
          "linger0", may=("late_segment",), program="nft")
def synproxy_abort(lab):
    _synproxy(lab, 24017)
    client, server = lab.pair(24017)
    exchange(client, server)
    exchange(client, server)
    wait_delivered(server)
    lab.pause(1)
    abort(server)
    lab.pause(0.5)
    assert sockets.tcp_state(client) == sockets.ESTABLISHED
    client.sendall(GET)
    lab.pause(1.5)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE",
                inseparable_at={"client": ("injected", "unread_data")}),
            Rst("late_segment", "server", GONE, count=(0, 4))]
