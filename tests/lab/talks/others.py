"""Other protocols that use Redis's words, or look like RESP at a glance: nothing of them has a
label."""

import random

from rstlab.sockets import read_exactly
from talks import talk


def speak(lab, port, *turns):
    """A connection on which the ends say these octets in turn; ("c" or "s", octets)."""
    listener = lab.listen(lab.server, port)
    client = lab.connect(lab.client, lab.server.ip4, port)
    server = lab.accept(listener)
    lab.no_redis_label(client)
    for by, octets in turns:
        mouth, ear = (client, server) if by == "c" else (server, client)
        mouth.sendall(octets)
        read_exactly(ear, len(octets))
    return client


@talk("others-lines", "Line protocols: SMTP, POP3, IMAP, FTP, IRC, NATS, memcached, ZooKeeper, Gopher.",
      short=True)
def lines(lab):
    speak(lab, 17001, ("s", b"220 mx ESMTP\r\n"), ("c", b"EHLO a\r\n"), ("s", b"250 +PONG\r\n"),
          ("c", b"HELP\r\n"), ("s", b"214 see RFC 5321\r\n"), ("c", b"QUIT\r\n"), ("s", b"221 bye\r\n"))
    speak(lab, 17002, ("s", b"+OK POP3 ready\r\n"), ("c", b"AUTH\r\n"), ("s", b"-ERR unknown command\r\n"),
          ("c", b"USER a\r\n"), ("s", b"+OK\r\n"), ("c", b"PASS b\r\n"), ("s", b"+OK 1 message\r\n"),
          ("c", b"LIST\r\n"), ("s", b"+OK\r\n1 120\r\n.\r\n"), ("c", b"QUIT\r\n"), ("s", b"+OK\r\n"))
    speak(lab, 17003, ("s", b"* OK IMAP4rev1\r\n"), ("c", b"a LOGIN u p\r\n"), ("s", b"a OK\r\n"),
          ("c", b"b SELECT INBOX\r\n"), ("s", b"* 3 EXISTS\r\nb OK\r\n"))
    speak(lab, 17004, ("s", b"220 FTP\r\n"), ("c", b"AUTH TLS\r\n"), ("s", b"502 no\r\n"),
          ("c", b"TYPE I\r\n"), ("s", b"200 OK\r\n"), ("c", b"QUIT\r\n"), ("s", b"221 bye\r\n"))
    speak(lab, 17005, ("c", b"PING :irc.example\r\n"), ("s", b"PONG irc.example :irc.example\r\n"),
          ("c", b"INFO\r\n"), ("s", b":irc 371 me :text\r\n"), ("c", b"PING 1\r\n"), ("s", b"PONG 1\r\n"))
    speak(lab, 17006, ("s", b'INFO {"server_id":"x"}\r\n'), ("c", b'CONNECT {"verbose":true}\r\nPING\r\n'),
          ("s", b"+OK\r\nPONG\r\n"), ("c", b"SUB a 1\r\n"), ("s", b"+OK\r\n"), ("c", b"PING\r\n"),
          ("s", b"PONG\r\n"))
    speak(lab, 17007, ("c", b"set a 0 0 1\r\nx\r\n"), ("s", b"STORED\r\n"), ("c", b"get a\r\n"),
          ("s", b"VALUE a 0 1\r\nx\r\nEND\r\n"), ("c", b"incr a 1\r\n"), ("s", b"CLIENT_ERROR no\r\n"))
    speak(lab, 17008, ("c", b"get a\r\n"), ("s", b"END\r\n"), ("c", b"incr n 1\r\n"), ("s", b"5\r\n"))
    speak(lab, 17009, ("c", b"info\r\n"), ("s", b"Name: x\r\nVersion: 1\r\n"))
    speak(lab, 17010, ("c", b"time\r\n"), ("s", b"Sat Nov  1 10:00:00 2025\r\n"))
    speak(lab, 17011, ("c", b"echo hello\r\n"), ("s", b"hello\r\n"), ("c", b"ping\r\n"), ("s", b"pong\r\n"))
    speak(lab, 17012, ("c", b"PING\r\n"), ("s", b"PONG\r\n"), ("c", b"PING\r\n"), ("s", b"PONG\r\n"))


@talk("others-http", "HTTP whose bodies are RESP, TLS, WebSocket, a proxy header.", short=True)
def http(lab):
    body = b"+PONG\r\n*1\r\n$4\r\nPING\r\n"
    speak(lab, 17101, ("c", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
          ("s", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)), ("s", body),
          ("c", b"POST /PING HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)), ("c", body),
          ("s", b"HTTP/1.1 204 No Content\r\n\r\n"))
    speak(lab, 17102, ("c", b"\x16\x03\x01\x00\x05*1\r\n$"), ("s", b"\x15\x03\x01\x00\x02\x02\x28"))
    speak(lab, 17103, ("c", b"INFO * SIP/2.0\r\n\r\n"), ("s", b"SIP/2.0 200 OK\r\n\r\n"))
    speak(lab, 17104, ("c", b"GET /\r\n"), ("s", b"+PONG\r\n"))


@talk("others-binary", "Random octets after the markers of RESP, and length-prefixed PING and PONG.")
def binary(lab):
    dice = random.Random(6379)
    for number, start in enumerate((b"*", b"$", b"+", b"-", b":", b"*1", b"*\xff", b"$1", b"%", b"|", b">")):
        speak(lab, 17201 + number, ("c", start + dice.randbytes(40)), ("s", start + dice.randbytes(60)),
              ("c", dice.randbytes(20)), ("s", dice.randbytes(20)))
    speak(lab, 17230, ("c", b"\x04PING"), ("s", b"\x04PONG"), ("c", b"\0\0\0\x04PING"), ("s", b"\0\0\0\x04PONG"))
    speak(lab, 17231, ("c", b"*** hello ***\r\n"), ("s", b"*2 stars\r\n$5 each\r\n"))
    speak(lab, 17232, ("c", b"-----BEGIN X-----\r\n"), ("s", b"+1 555 0100\r\n"))
    speak(lab, 17233, ("c", b":nick JOIN #c\r\n"), ("s", b":server 366\r\n"))
