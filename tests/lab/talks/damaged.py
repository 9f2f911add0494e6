"""Packets late, lost and sent again, by a router that holds and drops them."""

from talks import serve, talk

_COMMANDS = ("PING", "SET key value", "GET key", "INCR n", "PING", "LRANGE l 0 -1", "GET none", "PING")


def pipelined(client):
    """Some commands in segments of 20 octets."""
    for command in _COMMANDS:
        client.say(*command.split())
    client.flush(step=20)


@talk("reordered", "The router lets the client's segments go last first, and the server's too.",
      short=True, points=("client", "server"))
def reordered(lab):
    serve(lab, 16201)
    client = lab.redis_client(16201)
    client.call("PING")
    for match in (("-d", lab.server.ip4, "--dport", "16201"), ("-s", lab.server.ip4, "--sport", "16201")):
        with lab.router.holding(*match) as queue:
            pipelined(client)
            queue.wait(4 if "-d" in match else 1)
            lab.pause(0.05)
            queue.release(backwards=True)
            for _ in range(20):
                lab.pause(0.05)
                queue.release(backwards=True)
        client.hear_all()
    client.call("PING")


@talk("lost", "Segments of both ends are lost and sent again.", short=True, points=("client", "server"))
def lost(lab):
    serve(lab, 16202)
    client = lab.redis_client(16202)
    client.call("PING")
    for rule in ("tcp dport 16202 tcp flags & psh == psh limit rate over 20/second burst 2 packets drop",
                 "tcp sport 16202 tcp flags & psh == psh limit rate over 10/second burst 1 packets drop"):
        with lab.router.filtering("forward", rule):
            for _ in range(3):
                pipelined(client)
                client.hear_all()
                client.call("PING")
    client.call("PING")


@talk("acks-lost", "The client's acknowledgments are lost: the server sends again what had come.",
      points=("client", "server"))
def acks_lost(lab):
    serve(lab, 16203)
    client = lab.redis_client(16203)
    client.call("PING")
    for _ in range(2):
        client.say("PING").flush()
        with lab.router.filtering("forward", f"ip saddr {lab.client.ip4} tcp dport 16203 drop"):
            client.hear()
            lab.pause(0.6)
        client.call("GET", "a")
