"""Commands and their replies: every form of value, pipelines, transactions, errors."""

from talks import serve, talk


@talk("plain", "SET, GET, INCR, a list, a hash, an error, nothing found; on an odd port.", short=True)
def plain(lab):
    serve(lab, 16001)
    client = lab.redis_client(16001)
    for command in ("PING", "SET a 1", "GET a", "GET none", "INCR a", "RPUSH l x y z", "LRANGE l 0 -1",
                    "HSET h f v", "HGETALL h", "INCR l", "NOSUCH thing secretly", "GET", "LPOP l 2",
                    "LPOP none 2", "TYPE h", "ECHO text", "PING text", "DBSIZE", "TIME", "RANDOMKEY",
                    "OBJECT ENCODING a", "SCAN 0", "COMMAND COUNT", "CONFIG GET save", "DEL a l h"):
        client.call(*command.split())


@talk("redis-port", "The same words on Redis's own port, with Wireshark's own dissector beside.")
def redis_port(lab):
    serve(lab, 6379)
    client = lab.redis_client(6379)
    for command in ("PING", "SET a 1", "GET a", "INCR a", "LRANGE l 0 -1", "PING hello"):
        client.call(*command.split())


@talk("ipv6", "PING and GET over IPv6.")
def ipv6(lab):
    serve(lab, 16002, "--bind", lab.server.ip6)
    client = lab.redis_client(16002, address=lab.server.ip6)
    for command in ("PING", "SET a 1", "GET a", "PING"):
        client.call(*command.split())


@talk("resp3-types", "HELLO 3, and every type of RESP3 that redis-server can be made to send.",
      short=True)
def resp3_types(lab):
    serve(lab, 16003)
    client = lab.redis_client(16003)
    client.call("HELLO", "3")
    for kind in ("string", "integer", "double", "null", "array", "set", "map", "attrib", "verbatim",
                 "true", "false", "bignum"):
        client.call("DEBUG", "PROTOCOL", kind)
    client.say("DEBUG", "PROTOCOL", "push").flush()
    client.hear_push()
    client.hear()  # redis-server sends both, for clients that wait for a reply
    client.call("PING")


@talk("resp3-commands", "RESP3 in daily use, then back to RESP2.")
def resp3_commands(lab):
    serve(lab, 16004)
    client = lab.redis_client(16004)
    for command in ("HELLO 3", "HSET h a 1 b 2", "HGETALL h", "SADD s x y", "SMEMBERS s", "ZADD z 1.5 m",
                    "ZSCORE z m", "ZRANGE z 0 -1 WITHSCORES", "GET none", "CONFIG GET max*", "PING",
                    "CLIENT INFO", "INCRBYFLOAT f 1.5", "SISMEMBER s x", "XADD x 1-1 f v",
                    "XREAD STREAMS x 0", "HELLO 2", "HGETALL h", "GET none", "PING"):
        client.call(*command.split())


@talk("octets", "The client writes each octet in a segment of its own.", short=True)
def octets(lab):
    serve(lab, 16005)
    client = lab.redis_client(16005)
    for command in ("PING", "SET key value", "GET key", "NOSUCH", "HELLO 3", "HGETALL h", "PING"):
        client.say(*command.split()).flush(step=1)
        client.hear()


@talk("octets-inline", "Inline commands, each octet in a segment of its own.")
def octets_inline(lab):
    serve(lab, 16006)
    client = lab.redis_client(16006)
    for command in ("PING", "SET key value", "GET key", "PING"):
        client.say(*command.split(), inline=True).flush(step=1)
        client.hear()


def small_segments(sock):
    """The peer may send so few octets in a segment."""
    sock.setsockopt(6, 2, 88)  # TCP_MAXSEG


@talk("small-segments", "A path of tiny segments: replies of all types fall to pieces.", short=True)
def tiny(lab):
    serve(lab, 16007)
    client = lab.redis_client(16007, prepare=small_segments)
    client.call("SET", "big", b"v\r\n+PONG\r\n" * 100)
    client.call("HELLO", "3")
    for command in ("GET big", "PING", "CONFIG GET *", "DEBUG PROTOCOL attrib", "INFO", "PING"):
        client.call(*command.split())
    for command in ("GET big", "GET big", "PING", "LRANGE none 0 -1", "NOSUCH command", "GET big"):
        client.say(*command.split())
    client.flush().hear_all()


@talk("pipeline-1000", "A thousand commands in one breath, PINGs among them.", short=True)
def pipeline(lab):
    serve(lab, 16008)
    client = lab.redis_client(16008)
    for number in range(1000):
        client.say(*("PING",) if number % 7 == 0 else ("INCR", f"n{number % 10}"))
    client.flush().hear_all()
    client.call("PING")


@talk("pipeline-uneven", "Pipelines of many sizes, cut into segments of 100 octets.")
def pipeline_uneven(lab):
    serve(lab, 16010)
    client = lab.redis_client(16010)
    for size in (1, 2, 3, 10, 50, 200):
        for number in range(size):
            client.say("SET", f"key{number}", "v" * number)
            client.say("GET", f"key{number}")
        client.flush(step=100)
        client.hear_all()
        client.call("PING")


@talk("transactions", "MULTI with EXEC, DISCARD, WATCH; errors inside; pipelined and not.", short=True)
def transactions(lab):
    serve(lab, 16011)
    client, other = lab.redis_client(16011), lab.redis_client(16011)
    for command in ("MULTI", "SET a 1", "PING", "INCR a", "EXEC", "GET a", "MULTI", "SET a 2", "DISCARD",
                    "EXEC", "MULTI", "MULTI", "NOSUCH", "EXEC", "PING", "MULTI", "PING", "PING", "EXEC",
                    "WATCH a", "GET a"):
        client.call(*command.split())
    other.call("SET", "a", "9")
    for command in ("MULTI", "INCR a", "EXEC", "UNWATCH", "PING"):
        client.call(*command.split())
    for command in ("MULTI", "LPUSH l 1", "LRANGE l 0 -1", "GET l", "PING", "EXEC", "PING"):
        client.say(*command.split())
    client.flush().hear_all()
    client.call("RESET")
    client.call("PING")


@talk("scripts", "EVAL, EVALSHA, functions: replies of any form, errors from scripts.")
def scripts(lab):
    serve(lab, 16012)
    client = lab.redis_client(16012)
    client.call("EVAL", "return 1", "0")
    client.call("EVAL", "return {1,2,{3,'four'}}", "0")
    client.call("EVAL", "return redis.error_reply('MYERR no')", "0")
    client.call("EVAL", "return redis.status_reply('PONG')", "0")
    client.call("EVAL", "return redis.call('nosuch')", "0")
    client.call("EVALSHA", "f" * 40, "0")
    client.call("FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 'x' end)")
    client.call("FCALL", "f", "0")
    client.call("PING")


@talk("errors", "Errors that servers say: NOAUTH, WRONGPASS, NOPERM, WRONGTYPE, OOM, EXECABORT, MOVED.",
      short=True)
def errors(lab):
    serve(lab, 16013, "--requirepass", "Top5ecret")
    client = lab.redis_client(16013)
    for command in ("PING", "GET a", "AUTH wrongSecret", "AUTH Top5ecret", "PING",
                    "ACL SETUSER u on >An0therSecret +get ~*", "HELLO 2 AUTH u An0therSecret", "SET a 1",
                    "GET a", "AUTH default Top5ecret", "CONFIG GET requirepass", "HELLO 9", "SET l 1",
                    "LPUSH l 1", "CONFIG SET maxmemory 1", "SET b 2", "CONFIG SET maxmemory 0", "PING",
                    "AUTH default Top5ecret", "CLIENT SETNAME me", "CLIENT LIST", "CLIENT NOSUCH"):
        client.call(*command.split())
    serve(lab, 16014, "--cluster-enabled", "yes", "--cluster-config-file", "nodes-16014.conf")
    node = lab.redis_client(16014)
    for command in ("PING", "GET a", "MGET a b", "CLUSTER INFO", "READONLY", "CLUSTER SLOTS"):
        node.call(*command.split())


@talk("loading", "A server that still loads its data answers -LOADING, but INFO.")
def loading(lab):
    first = serve(lab, 16015, "--dbfilename", "loading.rdb")
    client = lab.redis_client(16015)
    for number in range(40):
        client.call("SET", f"k{number}", "v" * 3000)
    client.call("SAVE")
    client.say("SHUTDOWN", "NOSAVE").flush()  # answered by the end of the connection
    first.wait(5)
    serve(lab, 16016, "--dbfilename", "loading.rdb", "--key-load-delay", "50000",
          "--loading-process-events-interval-bytes", "1024")
    client = lab.redis_client(16016)
    for command in ("PING", "GET k1", "INFO server", "PING"):
        client.call(*command.split())


@talk("busy", "A script that runs for ever: -BUSY to others, then SCRIPT KILL.")
def busy(lab):
    serve(lab, 16017, "--busy-reply-threshold", "100")
    slow, client = lab.redis_client(16017), lab.redis_client(16017)
    client.call("PING")
    slow.say("EVAL", "while true do end", "0").flush()
    lab.pause(0.4)
    for command in ("PING", "GET a", "SCRIPT KILL"):
        client.call(*command.split())
    slow.hear()
    client.call("PING")


@talk("binary", "Keys and values that hold CRLF, +PONG, *1, NUL and high octets.", short=True)
def binary(lab):
    serve(lab, 16018)
    client = lab.redis_client(16018)
    nasty = (b"+PONG\r\n", b"*1\r\n$4\r\nPING\r\n", b"$-1\r\n", bytes(range(256)), b"", b"\r\n\r\n",
             b"-ERR not an error\r\n", b"PING\r\n" * 300)
    for octets in nasty:
        client.call("SET", octets, octets)
        client.call("GET", octets)
        client.call("ECHO", octets)
    for octets in nasty:
        client.say("RPUSH", "l", octets)
    client.say("LRANGE", "l", "0", "-1").say("PING").flush(step=50)
    client.hear_all()


@talk("big", "A value of fifty megabytes there and back, then PING; as a host with offloads sees it.",
      offloads=True)
def big(lab):
    serve(lab, 16019, "--proto-max-bulk-len", "512mb")
    client = lab.redis_client(16019)
    client.call("SET", "big", b"x\r\n+PONG\r\n" * 5_000_000)
    client.call("PING")
    client.call("GET", "big")
    client.call("PING")


@talk("large-in-small", "Two megabytes in segments of 88 octets at most.")
def large_in_small(lab):
    serve(lab, 16020)
    client = lab.redis_client(16020, prepare=small_segments)
    client.call("SET", "big", b"*1\r\n$4\r\nPING\r\n" * 20_000)
    client.call("GET", "big")
    client.call("PING")


@talk("slow", "A command in two halves, two seconds apart; a reply that takes its time.")
def slow(lab):
    serve(lab, 16021)
    client = lab.redis_client(16021)
    client.call("PING")
    client.say("SET", "key", "value").flush(step=15, pause=1.3)
    client.hear()
    client.call("DEBUG", "SLEEP", "1.5")
    client.say("DEBUG", "SLEEP", "1.2").say("PING").flush().hear_all()
    client.call("PING")


@talk("inline", "The inline form, as typed: lower case, blanks, quotes, empty lines.", short=True)
def inline(lab):
    serve(lab, 16022)
    client = lab.redis_client(16022)
    for command in ("ping", "PING", "set a b", "get a", "get none", "lrange l 0 -1"):
        client.call(*command.split(), inline=True)
    client.say("hunter2", inline=True, shown="?").flush().hear("ERR unknown command")
    client.call("PING")
    client.call("quit", inline=True)


@talk("quit", "QUIT is answered and the server closes.")
def quit_(lab):
    serve(lab, 16023)
    client = lab.redis_client(16023)
    for command in ("PING", "SET a 1", "QUIT"):
        client.call(*command.split())


@talk("heartbeat", "A pool that sends PING every 300 ms.")
def heartbeat(lab):
    serve(lab, 16024)
    client = lab.redis_client(16024)
    for _ in range(6):
        client.call("PING")
        lab.pause(0.3)
