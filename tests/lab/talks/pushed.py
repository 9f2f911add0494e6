"""What is not one reply to one command: subscriptions, pushes, silence, waiting."""

from talks import serve, talk


def publish(publisher, *channels, word="PUBLISH"):
    """One message on each channel."""
    for channel in channels:
        publisher.call(word, channel, f"news of {channel}")


@talk("subscribed", "SUBSCRIBE to three channels under RESP2, messages, PING, UNSUBSCRIBE, GET.",
      short=True)
def subscribed(lab):
    serve(lab, 16101)
    reader, writer = lab.redis_client(16101), lab.redis_client(16101)
    reader.call("SET", "a", "1")
    reader.say("SUBSCRIBE", "x", "y", "z", awaits=3).flush().hear_all()
    publish(writer, "x", "y", "x")
    for _ in range(3):
        reader.hear_push()
    reader.call("PING")
    reader.say("PING", "text").say("PING").flush()
    publish(writer, "z")
    reader.hear(), reader.hear(), reader.hear_push()
    reader.say("UNSUBSCRIBE", "x", awaits=1).flush().hear_all()
    reader.say("UNSUBSCRIBE", awaits=2).flush().hear_all()
    for command in ("GET a", "PING"):
        reader.call(*command.split())


@talk("patterns", "PSUBSCRIBE and SUBSCRIBE mixed, left again in one pipeline.", short=True)
def patterns(lab):
    serve(lab, 16102)
    reader, writer = lab.redis_client(16102), lab.redis_client(16102)
    reader.say("PSUBSCRIBE", "n*", "o*", awaits=2).say("SUBSCRIBE", "news", awaits=1).flush().hear_all()
    publish(writer, "news", "other")
    for _ in range(3):
        reader.hear_push()
    reader.say("PUNSUBSCRIBE", awaits=2).say("PING").say("UNSUBSCRIBE", awaits=1).say("ECHO", "over")
    reader.flush().hear_all()
    reader.call("PING")


@talk("unsubscribe-nothing", "UNSUBSCRIBE where nothing was subscribed to is answered all the same.")
def unsubscribe_nothing(lab):
    serve(lab, 16103)
    reader = lab.redis_client(16103)
    for command in ("UNSUBSCRIBE", "PING", "PUNSUBSCRIBE", "UNSUBSCRIBE x", "GET a", "PING"):
        reader.call(*command.split())
    reader.say("UNSUBSCRIBE", "a", "b", awaits=2).say("PING").flush().hear_all()


@talk("subscribed-resp3", "Subscriptions under RESP3, where ordinary commands go on between.", short=True)
def subscribed_resp3(lab):
    serve(lab, 16104)
    reader, writer = lab.redis_client(16104), lab.redis_client(16104)
    reader.call("HELLO", "3")
    reader.say("SUBSCRIBE", "x", "y", awaits=2).flush().hear_all()
    reader.call("SET", "a", "1")
    publish(writer, "x", "y")
    reader.hear_push(), reader.hear_push()
    reader.call("PING")
    reader.call("GET", "a")
    reader.say("UNSUBSCRIBE", awaits=2).say("GET", "a").flush().hear_all()
    reader.call("PING")


@talk("sharded", "SSUBSCRIBE, SPUBLISH, SUNSUBSCRIBE.")
def sharded(lab):
    serve(lab, 16105)
    reader, writer = lab.redis_client(16105), lab.redis_client(16105)
    reader.say("SSUBSCRIBE", "x", "y", awaits=2).flush().hear_all()
    publish(writer, "x", "y", word="SPUBLISH")
    reader.hear_push(), reader.hear_push()
    reader.call("PING")
    reader.say("SUNSUBSCRIBE", "x", awaits=1).flush().hear_all()
    reader.say("SUNSUBSCRIBE", awaits=1).flush().hear_all()
    reader.call("PING")


@talk("monitor", "MONITOR shows what others do, their secrets too; then RESET.", short=True)
def monitor(lab):
    serve(lab, 16106)
    reader, writer = lab.redis_client(16106), lab.redis_client(16106)
    reader.call("MONITOR")
    for command in ("SET a 1", "PING", "GET a"):
        writer.call(*command.split())
        reader.hear_push("MONITOR line")
    reader.call("RESET")
    reader.call("PING")


@talk("reply-off", "CLIENT REPLY OFF, commands into the void, ON again.", short=True)
def reply_off(lab):
    serve(lab, 16107)
    client = lab.redis_client(16107)
    client.call("PING")
    client.say("CLIENT", "REPLY", "OFF", awaits=0)
    for number in range(5):
        client.say("SET", f"k{number}", "v", awaits=0)
    client.say("PING", awaits=0).flush()
    lab.pause(0.1)
    client.call("CLIENT", "REPLY", "ON")
    client.call("GET", "k3")
    client.call("PING")


@talk("reply-skip", "CLIENT REPLY SKIP: one command goes without an answer.")
def reply_skip(lab):
    serve(lab, 16108)
    client = lab.redis_client(16108)
    for _ in range(3):
        client.say("CLIENT", "REPLY", "SKIP", awaits=0).say("SET", "a", "1", awaits=0)
        client.say("GET", "a").say("PING").flush().hear_all()


@talk("tracking", "CLIENT TRACKING under RESP3: invalidations between replies.", short=True)
def tracking(lab):
    serve(lab, 16109)
    client, other = lab.redis_client(16109), lab.redis_client(16109)
    client.call("HELLO", "3")
    client.call("CLIENT", "TRACKING", "ON")
    client.call("GET", "a")
    other.call("SET", "a", "1")
    client.hear_push()
    client.call("GET", "a")
    other.call("SET", "a", "2")
    client.hear_push()
    client.call("PING")
    client.call("CLIENT", "TRACKING", "OFF")
    client.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "k")
    other.call("SET", "k1", "v")
    client.hear_push()
    client.call("PING")


@talk("tracking-redirected", "CLIENT TRACKING under RESP2, redirected to a subscriber.")
def tracking_redirected(lab):
    serve(lab, 16110)
    reader, client, other = (lab.redis_client(16110) for _ in range(3))
    number = reader.call("CLIENT", "ID").text
    reader.say("SUBSCRIBE", "__redis__:invalidate", awaits=1).flush().hear_all()
    client.call("CLIENT", "TRACKING", "ON", "REDIRECT", number)
    client.call("GET", "a")
    other.call("SET", "a", "1")
    reader.hear_push()
    client.call("PING")
    reader.call("PING")


@talk("blocking", "BLPOP: served by another client, timed out, with commands waiting behind it.",
      short=True)
def blocking(lab):
    serve(lab, 16111)
    client, other = lab.redis_client(16111), lab.redis_client(16111)
    client.say("BLPOP", "l", "0").flush()
    lab.pause(0.2)
    other.call("RPUSH", "l", "x")
    client.hear()
    client.call("BLPOP", "l", "0.1")
    client.say("BLPOP", "l", "5").say("PING").say("GET", "a").flush()
    lab.pause(1.3)
    other.call("RPUSH", "l", "y")
    client.hear_all()
    client.say("BRPOPLPUSH", "l", "m", "0.1").say("BLMOVE", "l", "m", "LEFT", "LEFT", "0.1")
    client.say("BZPOPMIN", "z", "0.1").say("XREAD", "BLOCK", "50", "STREAMS", "s", "$").say("PING")
    client.flush().hear_all()
    client.say("BLPOP", "l", "0").flush()
    number = other.call("CLIENT", "ID").text
    other.call("CLIENT", "UNBLOCK", str(int(number) - 1), "ERROR")
    client.hear()
    client.call("PING")


@talk("wait", "WAIT for replicas that are not there.")
def wait(lab):
    serve(lab, 16112)
    client = lab.redis_client(16112)
    client.call("SET", "a", "1")
    client.call("WAIT", "1", "200")
    client.say("WAIT", "0", "0").say("PING").say("WAIT", "1", "1500").say("PING").flush().hear_all()


@talk("multi-subscribe", "SUBSCRIBE within MULTI: the confirmation is an element of EXEC's reply, and "
      "later commands are answered as in subscribed mode.", lenient=True)
def multi_subscribe(lab):
    serve(lab, 16113)
    client = lab.redis_client(16113)
    for command in ("PING", "MULTI", "SUBSCRIBE x", "EXEC", "PING", "PING"):
        client.call(*command.split())


@talk("streamed", "A server of our own that streams strings, arrays and maps, with attributes before.",
      short=True)
def streamed(lab):
    listener = lab.listen(lab.server, 16114)
    client = lab.redis_client(16114)
    server = lab.accept(listener)
    replies = (b"%1\r\n$5\r\nproto\r\n:3\r\n", b"$?\r\n;4\r\nHell\r\n;6\r\no worl\r\n;1\r\nd\r\n;0\r\n",
               b"*?\r\n:1\r\n$4\r\nPING\r\n.\r\n", b"%?\r\n+a\r\n:1\r\n+b\r\n:2\r\n.\r\n",
               b"|1\r\n+ttl\r\n:3600\r\n+OK\r\n", b"~?\r\n:1\r\n.\r\n", b"!21\r\nSYNTAX invalid syntax\r\n",
               b"=15\r\ntxt:Some string\r\n", b"(3492890328409238509324850943850943825024385\r\n",
               b",inf\r\n", b"#t\r\n", b"_\r\n", b"+PONG\r\n")
    commands = ["HELLO 3"] + ["EVAL x 0"] * (len(replies) - 2) + ["PING"]
    for command, reply in zip(commands, replies):
        client.say(*command.split()).flush()
        server.recv(1000)
        for at in range(0, len(reply), 3):
            server.sendall(reply[at:at + 3])
            lab.pause(0.002)
        client.hear()
