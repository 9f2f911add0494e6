"""Resets that carry their cause in plain words. Crafted by the lab: no such device is at hand."""

import struct

from rstlab.forger import Forger
from rstlab.scenario import scenario
from rstlab.segment import ACK, RST
from rstlab.sockets import exchange, port_of
from rstlab.truth import Rst

_DIAGNOSTIC_MAGIC = 0x33AA


def _declared(lab, port, token, note, **fields):
    """A device in the path resets the client and says why."""
    forger = Forger(lab)
    client, server = lab.pair(port)
    exchange(client, server)
    lab.pause(0.3)
    forger.reset(lab.server.ip4, port, lab.client.ip4, port_of(client), flags=RST | ACK, **fields)
    lab.pause(0.1)
    return [Rst(token, "router", claims="server", at=("client",), crafted=True, note=note)]


def _f5(lab, port, token, cause):
    text = f"BIG-IP: [0x2fb1b0e:1131] {cause}"
    return _declared(lab, port, token, text, ttl=255, window=0, payload=text.encode())


@scenario("declared-f5-idle", "The RST's payload is F5's text for an idle flow.", "idle_timeout")
def f5_idle(lab):
    return _f5(lab, 8800, "idle_timeout", "Flow expired (sweeper)")


@scenario("declared-f5-no-pool-member", "The RST's payload is F5's 'No pool member available'.",
          "proxy_upstream_refused")
def f5_pool(lab):
    return _f5(lab, 8801, "proxy_upstream_refused", "No pool member available")


@scenario("declared-f5-policy", "The RST's payload is F5's 'Policy action'.", "firewall_reset")
def f5_policy(lab):
    return _f5(lab, 8802, "firewall_reset", "Policy action")


@scenario("declared-f5-ha", "The RST's payload is F5's 'HA disconnect', for which no token stands.",
          "declared")
def f5_ha(lab):
    return _f5(lab, 8803, "declared", "HA disconnect")


@scenario("declared-netscaler-idle", "The RST's window is NetScaler's code 9300: idle time-out.",
          "idle_timeout")
def netscaler(lab):
    return _declared(lab, 8804, "idle_timeout", "window 9300", ttl=255, window=9300)


@scenario("declared-netscaler-policy", "The RST's window is NetScaler's code 9814: policy RESET.",
          "firewall_reset")
def netscaler_policy(lab):
    return _declared(lab, 8805, "firewall_reset", "window 9814", ttl=255, window=9814)


def _diagnostic(lab, port, token, code):
    payload = struct.pack("!HHI", _DIAGNOSTIC_MAGIC, code, 0)
    return _declared(lab, port, token, f"diagnostic payload, code {code}", window=0,
                     payload=payload)


@scenario("declared-diagnostic-new-data", "Diagnostic payload, code 3: data after CLOSE.",
          "data_after_close")
def diagnostic_data(lab):
    return _diagnostic(lab, 8806, "data_after_close", 3)


@scenario("declared-diagnostic-not-authorized", "Diagnostic payload, code 9: not authorized.",
          "firewall_reset")
def diagnostic_auth(lab):
    return _diagnostic(lab, 8807, "firewall_reset", 9)


@scenario("declared-diagnostic-network-failure",
          "Diagnostic payload, code 11: network failure, for which no token stands.",
          "declared")
def diagnostic_network(lab):
    return _diagnostic(lab, 8808, "declared", 11)


@scenario("declared-plain-text", "The RST carries a sentence in ASCII (RFC 1122, 4.2.2.12).",
          "declared")
def plain(lab):
    return _declared(lab, 8809, "declared", "text", window=0,
                     payload=b"Go away, we're not home")


#: F5: texts as collected in public knowledge-base articles and forum threads about
#: tm.rstcause.pkt; the tokens are what the texts say.
_F5_TEXTS = {
    "retransmit": ("TCP retransmit timeout", "retransmit_timeout"),
    "zero-window": ("TCP zero window timeout", "zero_window_timeout"),
    "no-flow": ("No flow found for ACK", "connection_unknown"),
    "peer-reset": ("{peer} TCP RST from remote system", "declared"),
    "connection-limit": ("Connection limit exceeded", "declared"),
}
#: NetScaler: window codes after Citrix CTX200852; the tokens are what the codes say.
_NETSCALER_CODES = {
    "keepalive": (9310, "keepalive_timeout"),
    "zero-window": (9304, "zero_window_timeout"),
    "no-socket": (8201, "connection_unknown"),
    "after-fin": (9702, "data_after_close"),
    "app-firewall": (9845, "firewall_reset"),
    "relayed": (9700, "declared"),
}


def _register_tables():
    """A scenario for each text and each code."""
    for number, (name, (text, token)) in enumerate(_F5_TEXTS.items()):
        scenario(f"declared-f5-{name}", f"The RST's payload is F5's '{text}'.", token)(
            lambda lab, port=8810 + number, token=token, text=text: _f5(lab, port, token, text))
    for number, (name, (code, token)) in enumerate(_NETSCALER_CODES.items()):
        scenario(f"declared-netscaler-{name}", f"The RST's window is NetScaler's code {code}.",
                 token)(
            lambda lab, port=8820 + number, token=token, code=code: _declared(
                lab, port, token, f"window {code}", ttl=255, window=code))


_register_tables()
