#!/usr/bin/env python3
"""What the lab has a scenario for, and what it cannot have one for.

A row names its scenarios, each of which must exist, or says why there is none. Every cause of the
catalogue must be the truth of some reset, or have its reason here.
"""

import argparse
import importlib
import pathlib
import re
import sys

from rstlab.scenario import SCENARIOS

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE / "COVERAGE.md"
CAUSES = HERE.parents[1] / "plugin" / "engine" / "judge" / "causes"

#: Causes that are the truth of no reset.
NOT_PLAYED = {
    "unknown": "what one says when no cause fits; no reset truly has it",
    "capture_incomplete": "TRANSFORMS.md's cut captures have it beside the truth; "
                          "the scenarios partial-* as well",
}

SENT = {
    "close() with data of the peer unread, in ESTABLISHED, CLOSE_WAIT, FIN_WAIT_2":
        "close-unread-data unread-partly unread-large-queue unread-full-receive-buffer "
        "unread-close-wait unread-fin-wait2 unread-and-linger0 unread-fast-open-data",
    "SO_LINGER {on, 0} in ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1, FIN_WAIT_2, SYN_RECEIVED":
        "linger0-idle linger0-close-wait linger0-fin-wait1-shut-window linger0-fin-wait2 "
        "linger0-simultaneous-open linger0-unsent-data linger0-fin-then-rst",
    "SO_LINGER {on, 0} in LAST_ACK with data unsent": "linger0-last-ack-unsent-data",
    "SO_LINGER {on, 0} in CLOSING with data unsent":
        "- the same branch as LAST_ACK, and the same header",
    "connect(AF_UNSPEC)": "linger0-disconnect",
    "listener closed with completed connections in its queue":
        "listener-closed listener-closed-single listener-closed-among-served whole-program-stops",
    "close() in FIN_WAIT_2 with TCP_LINGER2 < 0": "linger2-close-in-fin-wait2",
    "orphan shed for want of memory":
        "linux-memory-pressure | crafted: tcp_max_orphans and tcp_mem count the whole machine",
    "keepalive probes or TCP_USER_TIMEOUT with keepalive exhausted":
        "keepalive-gives-up keepalive-gives-up-ipv6 keepalive-user-timeout "
        "linux-keepalive-defaults",
    "orphan in FIN_WAIT_2 whose time was shortened while it waited":
        "- only a sysctl that is lowered in between makes it; the header is that of linger0",
    "ss -K, SOCK_DESTROY":
        "admin-abort-one admin-abort-unread admin-abort-full-buffer admin-abort-close-wait",
    "Multipath TCP connection aborted": "mptcp-fastclose mptcp-unread mptcp-disconnect",
    "Multipath TCP subflow reset":
        "mptcp-subflow-reset mptcp-subflow-reset-of-two mptcp-join-prohibited",
    "kernel users of sock_no_linger (NVMe over TCP, DLM ...)":
        "- the call that SO_LINGER 0 makes; no such module here",
    "SYN to a port without listener": "port-closed port-closed-ipv6 port-closed-fast-open",
    "any other segment without socket":
        "scan-probe-mixed-flags connection-unknown-no-listener nmap-ack-scan backscatter "
        "connect-cancelled nmap-syn-scan",
    "segment with ACK at a listener": "bad-handshake-ack synack-expired connection-unknown",
    "SYN_SENT: unacceptable ACK":
        "synack-unacceptable synack-unacceptable-then-connected half-open-recovery",
    "SYN_SENT: timestamp echo never sent": "synack-paws",
    "SYN_RECEIVED socket: ACK of what was not sent": "simultaneous-open-ack-unsent",
    "SYN_RECEIVED socket: ACK too old": "simultaneous-open-ack-too-old",
    "SYN_RECEIVED socket: TCP_OLD_ACK":
        "- not to be reached: nothing has been acknowledged in SYN_RECEIVED, so that tcp_ack() "
        "calls every ACK below snd_una too old",
    "half-open request: second SYN in window": "syn-in-synrecv syn-in-synrecv-ipv6",
    "accept queue full, tcp_abort_on_overflow = 1": "accept-queue-full-abort",
    "accept queue full, tcp_abort_on_overflow = 0, data after the request is forgotten":
        "netty-accept-queue-full accept-queue-full-ipv6 accept-queue-full-data-before-expiry",
    "half-open request expired, late ACK": "synack-expired synack-expired-late-ack",
    "listener closed while half open": "listener-gone listener-gone-client-speaks",
    "SYN cookie invalid": "syn-cookie-invalid",
    "FIN_WAIT_1 or FIN_WAIT_2 socket gets data":
        "data-after-close-crossing data-after-close-streaming data-after-close-long-fin-timeout "
        "data-after-shutdown-both",
    "TCP_LINGER2 < 0, FIN acknowledged": "linger2 linger2-ipv6 linger2-peer-sends-on",
    "FIN_WAIT_2 bucket gets data": "data-after-close data-after-close-ipv6 nginx-keepalive-race",
    "FIN_WAIT_2 over, then any segment":
        "half-close-expired half-close-expired-default half-close-expired-no-listener "
        "half-close-expired-bucket-overflow",
    "MP_JOIN refused: unknown token, prohibited": "mptcp-join-refused mptcp-join-prohibited",
    "MP_TCPRST of lack of resources, of too much outstanding data, of bad performance, of a "
    "middlebox":
        "- Linux sends the first without memory only and the next two never; the last wants a box "
        "that rewrites payload under DSS checksums",
    "netfilter REJECT with tcp-reset":
        "firewall-reject firewall-reject-iptables firewall-reject-on-host firewall-reset-request "
        "firewall-reset-mid-stream firewall-reset-on-host",
    "SYNPROXY passes a refusal on": "proxy-upstream-refused",
    "BPF sk_lookup drops": "- the octets of a closed port, by construction",
}

SILENT = {
    "shutdown(SHUT_RD), then data (acknowledged; only the close resets)":
        "unread-after-shutdown-read",
    "retransmissions or TCP_USER_TIMEOUT exhausted": "silent-user-timeout gave-up-silently "
        "gave-up-silently-retries2",
    "orphan's window probes exhausted":
        "silent-orphan-behind-shut-window gave-up-silently-orphan-probes",
    "FIN_WAIT_2 over": "silent-fin-wait2-expires",
    "SYN on an established connection": "silent-syn-into-established",
    "RST in window, not at its edge": "injected-in-window-not-exact blind-reset-in-window",
    "RST out of window; a RST is never answered": "blind-reset-guesses",
    "SYN in TIME_WAIT": "silent-time-wait-reuse old-syn-after-time-wait-no-listener",
    "close() with a hole, or the FIN alone, unread":
        "silent-out-of-order-only silent-close-after-peers-fin",
    "SO_LINGER with a time that runs out": "silent-linger-timeout-expires",
    "close, SO_LINGER 0 or ss -K in SYN_SENT":
        "silent-linger0-in-syn-sent silent-destroyed-in-syn-sent connect-cancelled",
    "kill -9 with nothing unread": "silent-killed-nothing-unread",
    "close in repair mode": "silent-repair-close connection-unknown-client-side",
    "FIN, NULL, SYN+FIN at a listener": "silent-odd-flags-at-listener nmap-fin-scan",
    "TCP-MD5 peers": "silent-md5-closed-port silent-md5-data-after-close",
    "SO_LINGER 0 in LAST_ACK with nothing unsent, in TIME_WAIT":
        "late-segment-after-both-fins silent-linger0-in-time-wait",
    "data in LAST_ACK beyond the peer's FIN": "silent-data-in-last-ack",
    "accept queue full under SYN cookies": "silent-syn-cookies-queue-full",
    "TCP_DEFER_ACCEPT without data": "silent-defer-accept",
    "Multipath TCP data after close": "silent-mptcp-data-after-close",
    "segments in TIME_WAIT": "silent-segments-in-time-wait",
    "broadcast": "silent-broadcast",
    "REJECT with ICMP, DROP": "silent-firewall-icmp silent-firewall-drops",
}

INSEPARABLE = {
    "aborts: linger0, unread_data, admin_abort, listener_closed, linger2, accept_then_abort, "
    "memory_pressure":
        "linger0-server-after-response nginx-444-reset unread-close-wait admin-abort-one "
        "listener-closed-single accept-then-abort-alone linux-memory-pressure",
    "data after close: which FIN_WAIT": "data-after-close data-after-shutdown-both "
        "fin-waits-behind-a-shut-window fin-waits-behind-a-shut-window-ipv6",
    "refused: no listener, the host's own firewall": "port-closed firewall-reject-on-host",
    "state gone: lost, given up, restarted, mapping lost":
        "connection-unknown nat-state-lost-other-backend gave-up-silently peer-restarted "
        "idle-timeout-host",
    "a client's refusal of a SYN-ACK": "connect-cancelled nmap-syn-scan hping3-syn backscatter",
    "end of the handshake: queue full, listener gone, cookie":
        "accept-queue-full-abort listener-gone syn-cookie-invalid bsd-accept-queue-full",
    "liveness: keepalive, user time-out": "keepalive-gives-up keepalive-user-timeout",
    "repetitions in vain: the TCP gave up, or the program": "program-gives-up-before-its-tcp",
    "the end of a silence: a device, or a program": "front-end-ends-idle-connection "
        "program-ends-idle-connection notice-after-300-s ended-by-age",
    "a process ends: exit, kill, crash": "linger0-process-killed unread-process-killed "
        "curl-killed-behind-full-pipe whole-program-stops",
    "a box that copies TTL, ID and numbers": "injected-copies-ttl firewall-reset-both-sides",
    "flavours of SO_LINGER 0": "jedis-ping-linger0 haproxy-nolinger-timeout linger0-disconnect "
        "java-so-linger node-reset-and-destroy socat-linger nginx-reset-timedout-connection",
}

TRAPS = {
    "raw numbers, a zero ACK field": "port-closed | transformations isn_shift, isn_wrap",
    "the RST's window, scaled or not":
        "unread-large-queue linger0-no-window-scaling declared-netscaler-idle",
    "segments larger than the wire's": "mixed-traffic-offloads linger0-large-download "
        "loopback-unread | transformation gro",
    "order of capture": "late-segment-crossing-abort | transformations reordered, "
        "reordered_stamped, behind_the_reset, time_back",
    "ports used again": "old-syn-after-time-wait-no-listener half-open-recovery "
        "| transformation port_reuse",
    "frames missing": "partial-linger0 silent-lossy-transfer nmap-scan-heard-outwards "
        "nmap-scan-heard-inwards keepalive-race-heard-from-the-server | transformations client_only, "
        "begun_late_*",
    "addresses translated": "nat-through nat-state-lost-virtual-address",
    "IPv6 has no IP ID": "linger0-idle-ipv6 data-after-close-ipv6 injected-ipv6",
    "loopback": "loopback-port-closed loopback-unread loopback-linger0 loopback-data-after-close",
    "frames cut": "- transformations snap68, snap96",
    "what comes after the RST changes the verdict": "injected-single-rst "
        "injected-then-orderly-close blind-reset-in-window",
    "tunnels": "- transformations gre, ipip, vxlan, geneve, gtpu",
    "a TTL of the socket's own": "linger0-own-ttl-and-tos data-after-close-own-ttl "
        "friend-ttl-security friend-short-ttl-reply friend-ttl-set-before-the-close",
    "incarnations of a connection": "late-segment-after-both-fins silent-time-wait-reuse",
    "a reply from SYN_SENT does not end the attempt": "synack-unacceptable-then-connected "
        "bad-handshake-ack-then-right-one half-open-recovery",
    "ICMP beside silence": "silent-firewall-icmp balancer-host-away",
    "ICMP beside a RST": "icmp-ends-connecting icmp-moves-the-client-to-abort "
        "icmp-keepalive-gives-up icmp-forbids-beside-reject icmp-forbids-beside-reject-ipv6 "
        "icmp-router-cuts-established icmp-outage-then-restart icmp-path-mtu-black-hole "
        "icmp-traced-route",
    "ICMP that has nothing to do with the RST": "icmp-outlived icmp-forbids-beside-closed "
        "icmp-host-forbids-beside-closed",
    "false friends of forgery": "friend-route-changes-before-the-abort "
        "friend-route-changes-before-the-answer friend-ttl-security friend-short-ttl-reply "
        "friend-ttl-set-before-the-close friend-volley-of-answers friend-one-direction "
        "friend-raw-client balancer-dead-backend nmap-syn-scan nat-through "
        "abort-overtakes-its-own-data balancer-with-another-ttl-then-honest-abort",
    "two capture points in one file": "mirror-port-copies | transformations merged, "
        "merged_interfaces, merged_ahead, merged_behind",
    "copies": "mirror-port-copies mixed-traffic-all-interfaces | transformations doubled, "
        "doubled_routed",
}

#: The regression tests of each trap: a GoogleTest, or a file of tests.
TRAP_TESTS = {
    "raw numbers, a zero ACK field": "Form.DoesNotHeedTheAckFieldOfAPlainReset "
        "Form.DoesNotCareForTheWrap Form.IsAReplyToNoAckForASynAndItsRawZero",
    "the RST's window, scaled or not": "Trap.ACodeStandsInTheWindowAsSent "
        "Trap.AScaledWindowIsNoCode",
    "segments larger than the wire's": "Trap.AResetMayQuoteAnOlderAcknowledgmentThanTheNewest "
        "Trigger.IsTheOldestUnansweredSegmentOfABurst",
    "order of capture": "Order.ARefusalBeforeItsSynIsReadAgain "
        "Order.DataBehindTheResetThatItDrewIsPutBeforeIt Order.AClockSetBackMovesNoSegment",
    "ports used again": "Engine.GivesLateSegmentsOfTheOldConnectionToTheOldConnection "
        "LateSegment.IsNotBlamedForTheNextConnectionOnTheSamePorts",
    "frames missing": "Trap.NoFinSeenIsNoProofWhereItsNumberIsAHole "
        "Trap.NoFinSeenIsAProofWhereNothingIsMissing",
    "addresses translated": "Ttl.IsUnknownWhereTheSendersOwnDiffer "
        "IpId.IsUnknownWhereTheSendersOwnAreRandom",
    "IPv6 has no IP ID": "Trap.IPv6HasNoIdToTestByAndLosesNoVerdictByIt",
    "loopback": "Trap.PromptOnLoopbackIsNoAnswer Trap.PromptOnLoopbackAnswersWhereTheNumberQuotes",
    "frames cut": "Trap.ACutPayloadStillCounts",
    "what comes after the RST changes the verdict": "Revision.FollowsTheNextSynThatIsAccepted "
        "DataAfter.SpeaksForAndNamesTheFrameThatBeliesIt",
    "tunnels": "surface/carriers.py",
    "a TTL of the socket's own": "Ttl.IsUnknownWhereTheSocketsOtherMarksGoOn",
    "incarnations of a connection": "Incarnations.BeginWithASynAfterBothFins "
        "Incarnations.BeginWithASynAfterAReset Incarnations.DoNotBeginWithARepeatedSyn",
    "a reply from SYN_SENT does not end the attempt":
        "LateSegment.IsNotBlamedForTheConnectionThatFollowsAResetOutOfSynSent",
    "ICMP beside silence": "surface/carriers.py",
    "ICMP beside a RST": "surface/carriers.py",
    "ICMP that has nothing to do with the RST": "surface/carriers.py",
    "false friends of forgery": "Ttl.IsUnknownWhereTheSocketsOtherMarksGoOn "
        "FalseFriends.AWindowsHostAbortsWithoutWindowAndTimestamps",
    "two capture points in one file": "TwoCapturePoints.ShowAResetThatOneSideAloneSaw "
        "TwoCapturePoints.DoNotAccuseWhereTheSegmentWasPassedOn",
    "copies": "Copies.TakeTheVerdictOfTheirOriginal "
        "Copies.AreNotEqualResetsWhereNothingElseWasShownTwice "
        "Copies.AreNotTwoEqualRepliesToTwoLateSegments",
}

STACKS = {
    "lwIP, the real stack": "lwip-refuses lwip-unread lwip-linger0 lwip-data-after-close "
        "lwip-restarted lwip-keepalive lwip-client-aborted-by-linux lwip-stray-ack "
        "lwip-half-open-scan silent-lwip-linger0",
    "lwIP in further situations": "device-reboots-and-connects-anew device-closes-its-listener "
        "device-handshake-too-slow device-forgets-its-closed-half device-gets-stray-synacks "
        "device-gets-a-synack-for-something-else device-under-an-xmas-scan "
        "device-under-an-ack-scan device-told-a-wrong-last-ack "
        "device-closes-behind-an-unread-command",
    "gVisor, the real stack": "gvisor-refuses gvisor-closes-with-a-request-unread "
        "gvisor-client-evicts-two gvisor-keepalive-race gvisor-restarted gvisor-listener-closed "
        "gvisor-keepalive-silent gvisor-user-timeout-silent gvisor-connect-closed-too-early "
        "gvisor-stray-synack gvisor-half-close-expired gvisor-connects-anew-from-the-same-port "
        "gvisor-leaves-a-download gvisor-under-a-syn-scan gvisor-under-an-ack-scan "
        "gvisor-given-a-wrong-last-ack gvisor-connects-and-gets-a-stale-syn-ack "
        "gvisor-aborts-while-requests-come gvisor-probed-by-a-monitor",
    "libslirp, the real stack": "slirp-refuses slirp-server-aborts slirp-restarted "
        "slirp-guest-abandons-download slirp-keepalive-race slirp-forwards-to-closed-port "
        "silent-slirp-server-unreachable slirp-guest-cancels-its-connect "
        "slirp-guest-aborts-after-its-answer slirp-tires-of-repeating-its-syn-ack",
    "Slirp 1.0, the TCP of 4.4BSD on a serial line": "slirp-of-1996-refuses",
    "pasta, the real stack": "pasta-refuses pasta-server-aborts pasta-server-leaves-request-unread "
        "pasta-container-killed pasta-keepalive-race pasta-forwards-to-closed-port "
        "pasta-killed-holding-the-answer pasta-guest-aborts-after-its-answer "
        "pasta-server-dies-in-a-download",
    "ns-3, the real stack": "ns3-refuses ns3-closes-with-data-unread ns3-restarted ns3-stray-acks "
        "silent-ns3-data-after-close ns3-connects-and-gets-a-stale-syn-ack "
        "ns3-given-a-wrong-last-ack",
    "LWIPv6, the real stack": "lwipv6-refuses lwipv6-under-an-ack-scan "
        "lwipv6-restarted-under-two-clients lwipv6-forgets-its-closed-half "
        "silent-lwipv6-closes-with-a-request-unread",
    "v86, a TCP in JavaScript": "v86-network-refuses v86-network-under-an-ack-scan "
        "v86-page-reloaded-under-two-clients silent-v86-network-is-asked-again-after-its-close",
    "iPXE, in QEMU": "silent-ipxe-download-timed-out | it resets neither stray segments nor what "
        "comes after it gave up",
    "EDK2, in QEMU": "edk2-has-its-file-and-resets edk2-is-told-404 "
        "edk2-tires-of-a-stalled-download edk2-waits-for-an-answer-in-vain",
    "GRUB, in QEMU": "grub-reads-the-head-of-a-file "
        "grub-has-its-file-and-the-server-sends-on",
    "lpxelinux (syslinux' lwIP), in QEMU": "lpxelinux-tried-on-two-closed-ports "
        "lpxelinux-under-an-ack-scan lpxelinux-power-cycled-in-a-download",
    "FreeBSD": "bsd-close-with-unread-data bsd-keepalive-limit bsd-persist-limit "
        "bsd-retransmit-timeout bsd-fin-retransmit-limit bsd-accept-queue-full",
    "macOS": "macos-unread-behind-a-hole macos-interrupted macos-connect-gives-up "
        "syn-given-up-by-reset",
    "Windows": "windows-refuses-connection windows-backlog-full windows-abort "
        "windows-upload-gives-up retransmit-given-up-behind-the-first "
        "windows-retransmit-timeout windows-data-after-close windows-old-reply "
        "windows-client-tries-thrice",
    "gVisor, older, by hand": "gvisor-reply-to-stray",
    "network gear, Solaris (TTL 255)": "gear-refuses device-synack-gives-up",
    "clouds' load balancers": "aws-nlb-idle aws-alb-keepalive-race azure-lb-idle-both "
        "balancer-350-server-speaks-first box-resets-both-after-300-seconds",
    "user-mode NATs, by hand": "synack-given-up-by-reset",
    "F5": "declared-f5-idle declared-f5-policy declared-f5-no-pool-member declared-f5-retransmit "
        "declared-f5-no-flow declared-f5-zero-window declared-f5-peer-reset",
    "NetScaler": "declared-netscaler-idle declared-netscaler-policy declared-netscaler-after-fin "
        "declared-netscaler-keepalive declared-netscaler-no-socket declared-netscaler-relayed",
    "SYN proxy (Linux)": "synproxy-passes synproxy-server-aborts proxy-upstream-refused "
        "synproxy-server-closed-in-the-meantime synproxy-server-aborts-after-two-answers",
    "bridges that filter": "firewall-reject-bridge firewall-reset-bridge",
    "proxies and balancers with a dead backend": "haproxy-backend-down "
        "haproxy-nolinger-backend-down nginx-upstream-resets balancer-dead-backend "
        "balancer-host-away",
    "relays whose service is down": "rinetd-finds-its-service-down "
        "simpleproxy-finds-its-service-down pen-has-no-server-left "
        "redsocks-without-its-socks-server hitch-finds-its-backend-down "
        "nginx-stream-finds-its-service-down haproxy-marks-its-server-down "
        "docker-proxy-finds-no-service",
    "VXLAN, heard inside": "vxlan-end-vanishes-under-keepalive vxlan-pod-address-on-another-node",
    "WireGuard, heard inside": "wireguard-server-closed-its-idle-session wireguard-peer-rebooted "
        "wireguard-download-left-behind",
    "IPVS": "- the kernel here is built without it (CONFIG_IP_VS is not set); "
        "nat-state-lost-other-backend and balancer-dead-backend do by address translation what "
        "it does",
    "known forgers": "injected-tcpkill injected-tcpkill-in-a-download injected-stepping-volley injected-three-rst-ack "
        "injected-at-handshake-https injected-pair-of-p2p-policy",
    "Google's pass-through balancer, security groups": "- they drop in silence",
}

SECTIONS = (("Where Linux sends a RST", SENT), ("Where Linux stays silent", SILENT),
            ("What one capture cannot separate", INSEPARABLE), ("Traps", TRAPS),
            ("Other stacks and devices", STACKS))

HEAD = """\
# What the lab covers

Written by `python3 tests/lab/coverage.py`; `--check` compares. A row names scenarios, or after a
dash why there is none; after a bar stands what else there is to know.

"""


def load():
    for module in sorted((HERE / "scenarios").glob("[a-z]*.py")):
        importlib.import_module(f"scenarios.{module.stem}")


def _cell(entry):
    """The second column, and the scenarios that it names."""
    if entry.startswith("- "):
        return f"none: {entry[2:]}", []
    names, _, remark = entry.partition(" | ")
    named = names.split()
    return ", ".join(f"`{name}`" for name in named) + (f"; {remark}" if remark else ""), named


def _tokens():
    """The causes of the catalogue."""
    return [token for family in CAUSES.glob("*.h")
            for token in re.findall(r'\.token = "(\w+)"', family.read_text(encoding="utf-8"))]


def _tests():
    """All that TRAP_TESTS may name."""
    folder = HERE.parent
    named = {f"surface/{file.name}" for file in (folder / "surface").glob("*.py")}
    for file in (folder / "unit").glob("*_test.cpp"):
        named |= {f"{suite}.{name}" for suite, name in
                  re.findall(r"^TEST\((\w+), (\w+)\)", file.read_text(encoding="utf-8"), re.M)}
    return named


def _traps():
    """The table of the traps' regression tests, and what is wrong with it."""
    known = _tests()
    wrong = [f"no test for the trap: {trap}" for trap in TRAPS if not TRAP_TESTS.get(trap)]
    lines = ["## Tests of the traps\n\n| What | Tests |\n|---|---|\n"]
    for trap, tests in TRAP_TESTS.items():
        wrong += [f"no such test: {test}" for test in tests.split() if test not in known]
        lines.append(f"| {trap} | {', '.join(f'`{test}`' for test in tests.split())} |\n")
    return "".join(lines) + "\n", wrong


def page():
    """The text of COVERAGE.md, and what is wrong."""
    wrong, parts = [], [HEAD]
    for title, rows in SECTIONS:
        parts.append(f"## {title}\n\n| What | Scenarios |\n|---|---|\n")
        for what, entry in rows.items():
            cell, named = _cell(entry)
            wrong += [f"{title}: no scenario {name}" for name in named if name not in SCENARIOS]
            parts.append(f"| {what} | {cell} |\n")
        parts.append("\n")
    traps, wrong_traps = _traps()
    parts.append(traps)
    wrong += wrong_traps
    parts.append("## Causes\n\n| Cause | Scenarios |\n|---|---|\n")
    for token in sorted(_tokens()):
        played = sorted(name for name, story in SCENARIOS.items() if token in story.tokens)
        if not played and token not in NOT_PLAYED:
            wrong.append(f"no scenario for the cause {token}: write one, or say in NOT_PLAYED why there is none")
        parts.append(f"| `{token}` | {len(played) or 'none: ' + NOT_PLAYED.get(token, '')} |\n")
    return "".join(parts), wrong


def main():
    parser = argparse.ArgumentParser(description=f"{__doc__}\nWrites COVERAGE.md.",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true",
                        help="write nothing, and fail where COVERAGE.md is not what would be written")
    options = parser.parse_args()
    load()
    text, wrong = page()
    if options.check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            wrong.append("COVERAGE.md is old: run tests/lab/coverage.py")
    else:
        PAGE.write_text(text, encoding="utf-8")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
