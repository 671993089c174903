"""Sends the same random commands to a Redis and to us and compares the replies byte for byte, in RESP2 and RESP3.

usage: differential.py REDIS_PORT OUR_PORT SEED COMMANDS; exits with 1 and prints what differs.
Compared by kind and not by content: what DUMP answers (Redis compresses long strings; both read both), what OBJECT answers (Redis' encodings and
shared numbers depend on a value's history, which we do not keep), DBSIZE (Redis counts an expired key until it is looked at). EXEC is
compared so when one of those was queued. Not sent: deadlines beyond the year 10889 (ours are 48 bits of milliseconds and refuse them), and PTTL in a
transaction (Redis looks at the clock again).
"""
import random
import socket
import sys

MAX_SHOWN = 25
KEYS = [b"k%d" % i for i in range(6)]
VALUES = [
    b"", b"0", b"1", b"-1", b"10", b"abc", b"hello world", b"9223372036854775807", b"-9223372036854775808", b"3.14", b"1e3", b" 1", b"01",
    b"\x00\xff\x80abc", b"x" * 100, b"foobar", b"ohmytext", b"mynewtext", b"inf", b"nan",
]
NUMBERS = [
    b"0", b"1", b"-1", b"2", b"5", b"7", b"-3", b"100", b"abc", b"", b"9223372036854775807", b"-9223372036854775808", b"1.5", b"8", b"15",
]
# Deadlines: so far away or so long ago that both servers' clocks agree.
INSTANTS = [b"32503680000", b"32503680001", b"99999999999", b"1", b"0", b"-5", b"abc"]
SPANS = [b"0", b"-1", b"x", b"9223372036854775807"]
FIELDS = [b"u8", b"i5", b"u63", b"i64"]


class Peer:
    def __init__(self, port):
        self._stream = socket.create_connection(("127.0.0.1", port)).makefile("rwb")

    def ask(self, words):
        self._stream.write(b"*%d\r\n" % len(words))
        for word in words:
            self._stream.write(b"$%d\r\n%s\r\n" % (len(word), word))
        self._stream.flush()
        return self._read()

    def _read(self):
        line = self._stream.readline()
        kind = line[:1]
        if kind in b"+-:_#,(" and kind:
            return line
        count = int(line[1:])
        if kind == b"$":
            return line if count < 0 else line + self._stream.read(count + 2)
        if kind in b"*~>%":
            return line + b"".join(self._read() for _ in range(max(count, 0) * (2 if kind == b"%" else 1)))
        raise ValueError(f"not a reply: {line!r}")


class Commands:
    """Random commands, their mistakes included; each family is as likely as any other."""

    def __init__(self, rnd):
        self._rnd = rnd
        self._families = [
            lambda: [b"GET", self.key()],
            lambda: [b"SET", self.key(), self.value()],
            lambda: [b"SET", self.key(), self.value(), *self.one_of(
                [b"NX"], [b"XX"], [b"GET"], [b"KEEPTTL"], [b"EXAT", self.instant()], [b"PXAT", self.instant()], [b"EX", self.span()], [b"BAD"])],
            lambda: [b"SET", self.key(), self.value(), *self.two_of(
                [b"NX"], [b"XX"], [b"GET"], [b"KEEPTTL"], [b"EXAT", b"32503680000"], [b"PXAT", b"32503680000123"])],
            lambda: [b"SETNX", self.key(), self.value()],
            lambda: [b"SETEX", self.key(), self.span(), self.value()],
            lambda: [b"GETSET", self.key(), self.value()],
            lambda: [self.one_of(b"PUBLISH", b"SPUBLISH"), self.key(), self.value()],
            lambda: [b"PUBSUB", *self.one_of([b"CHANNELS"], [b"SHARDCHANNELS"], [b"NUMPAT"], [b"NUMSUB", self.key()], [b"SHARDNUMSUB", self.key()])],
            lambda: [b"CLIENT", *self.one_of(
                [b"TRACKINGINFO"], [b"GETREDIR"], [b"CACHING", b"YES"], [b"TRACKING", b"OFF"], [b"TRACKING", b"X"], [b"TRACKING", b"ON", b"X"],
                [b"TRACKING", b"ON", b"PREFIX", b"a"], [b"UNBLOCK", self.number()], [b"UNBLOCK", b"0", self.one_of(b"ERROR", b"timeout", b"x")])],
            lambda: [b"CONFIG", *self.one_of([b"GET"], [b"SET"]), b"client-output-buffer-limit", *self.one_of(
                [], [b""], [b"pubsub 64mb 16mb 30"], [b"replica 1 2 3"], [b"slave 5gb 0 +7 pubsub 1gb 1g 1"], [b"normal 0 0 0"], [b"normal"],
                [b"normal 0 x 0"], [b"foo 1 2 3"], [b"pubsub  9 "], [b"pubsub 1 2 -3"])],
            lambda: [b"GETDEL", self.key()],
            lambda: [b"GETEX", self.key(), *self.one_of([], [b"PERSIST"], [b"PXAT", self.instant()], [b"EXAT", self.instant()])],
            lambda: [b"MGET", *self.keys(0, 3)],
            lambda: [b"MSET", *self.pairs(0, 2), *self.one_of([], [], [], [self.key()])],
            lambda: [b"MSETNX", *self.pairs(1, 2)],
            lambda: [b"APPEND", self.key(), self.value()],
            lambda: [b"STRLEN", self.key()],
            lambda: [self.one_of(b"GETRANGE", b"SUBSTR"), self.key(), self.number(), self.number()],
            lambda: [b"SETRANGE", self.key(), self.one_of(b"0", b"3", b"200", b"-1", b"x", b"536870912"), self.value()],
            lambda: [self.one_of(b"INCR", b"DECR"), self.key()],
            lambda: [self.one_of(b"INCRBY", b"DECRBY"), self.key(), self.number()],
            lambda: [b"INCRBYFLOAT", self.key(), self.one_of(b"0.1", b"-2.5", b"1e2", b"x", b"3", b"1.00000001", b"inf")],
            lambda: [b"LCS", self.key(), self.key(), *self.one_of(
                [], [b"LEN"], [b"IDX"], [b"IDX", b"WITHMATCHLEN"], [b"IDX", b"MINMATCHLEN", b"2"], [b"LEN", b"IDX"], [b"Q"])],
            lambda: [b"SETBIT", self.key(), self.one_of(b"0", b"7", b"100", b"-1", b"4294967296", b"x"), self.one_of(b"0", b"1", b"2")],
            lambda: [b"GETBIT", self.key(), self.one_of(b"0", b"7", b"100", b"-1", b"x")],
            lambda: [b"BITCOUNT", self.key(), *self.span_of_bits()],
            lambda: [b"BITPOS", self.key(), self.one_of(b"0", b"1", b"2", b"x"), *self.span_of_bits()],
            lambda: [b"BITOP", self.one_of(b"AND", b"OR", b"XOR", b"NOT", b"FOO"), self.key(), *self.keys(1, 3)],
            lambda: [b"BITFIELD", self.key(), *[word for _ in range(self.count(1, 3)) for word in self.field()]],
            lambda: [b"BITFIELD_RO", self.key(), b"GET", self.one_of(b"u8", b"i64"), self.number()],
            lambda: [self.one_of(b"DEL", b"UNLINK"), *self.keys(1, 2)],
            lambda: [self.one_of(b"EXISTS", b"TOUCH"), self.key(), self.key()],
            lambda: [b"TYPE", self.key()],
            lambda: [self.one_of(b"EXPIREAT", b"PEXPIREAT"), self.key(), self.instant(), *self.one_of(
                [], [b"NX"], [b"XX"], [b"GT"], [b"LT"], [b"NX", b"XX"], [b"GT", b"LT"], [b"Q"])],
            lambda: [self.one_of(b"EXPIRE", b"PEXPIRE"), self.key(), self.span()],
            lambda: [self.one_of(b"EXPIREAT", b"EXPIRE"), self.key(), b"9223372036854775807"],
            lambda: [self.one_of(b"EXPIRETIME", b"PEXPIRETIME"), self.key()],
            lambda: [b"PERSIST", self.key()],
            lambda: [self.one_of(b"RENAME", b"RENAMENX"), self.key(), self.key()],
            lambda: [b"COPY", self.key(), self.key(), *self.one_of([], [b"REPLACE"], [b"DB", b"0"], [b"Q"])],
            lambda: [b"DBSIZE"],
            lambda: [b"OBJECT", self.one_of(b"ENCODING", b"REFCOUNT", b"FREQ", b"Q"), self.key()],
            lambda: [b"DUMP", self.key()],
            lambda: [self.one_of(b"PUTX", b"get", b"Get", b"set")],
            # Transactions: what comes behind MULTI is queued, with its mistakes, until one of the others ends it.
            lambda: [b"MULTI"],
            lambda: [b"EXEC"],
            lambda: [self.one_of(b"EXEC", b"DISCARD", b"UNWATCH")],
            lambda: [b"WATCH", *self.keys(0, 2)],
            lambda: [b"MODULE", self.one_of(b"LIST", b"HELP", b"LOAD", b"Q")],
            lambda: [b"MODULE", *self.one_of([b"LOAD", b"/x"], [b"LOADEX", b"/x"], [b"UNLOAD", b"x"], [b"LIST", b"x"])],
        ]

    def next(self):
        return self._rnd.choice(self._families)()

    def one_of(self, *choices):
        return self._rnd.choice(choices)

    def two_of(self, *choices):
        return sum(self._rnd.sample(choices, 2), [])

    def count(self, least, most):
        return self._rnd.randint(least, most)

    def key(self):
        return self.one_of(*KEYS)

    def keys(self, least, most):
        return [self.key() for _ in range(self.count(least, most))]

    def value(self):
        return self.one_of(*VALUES)

    def pairs(self, least, most):
        return [word for _ in range(self.count(least, most)) for word in (self.key(), self.value())]

    def number(self):
        return self.one_of(*NUMBERS)

    def instant(self):
        return self.one_of(*INSTANTS)

    def span(self):
        return self.one_of(*SPANS)

    def span_of_bits(self):
        a, b = self.number(), self.number()
        return self.one_of([], [a], [a, b], [a, b, b"BIT"], [a, b, b"BYTE"], [a, b, b"X"])

    def field(self):
        offset = self.one_of(b"0", b"#1", b"13")
        return self.one_of(
            [b"GET", self.one_of(*FIELDS, b"u64", b"x1"), self.one_of(offset, b"-1")],
            [b"SET", self.one_of(*FIELDS), offset, self.number()],
            [b"INCRBY", self.one_of(*FIELDS, b"u2"), offset, self.number()],
            [b"OVERFLOW", self.one_of(b"WRAP", b"SAT", b"FAIL", b"Q")],
        )


BY_KIND = (b"DUMP", b"DBSIZE", b"OBJECT")


def differ(command, queued, redis, ours):
    named = queued if command[0] == b"EXEC" else [command[0]]
    if any(name in BY_KIND for name in named) and redis[:1] == ours[:1] != b"-":
        return False
    return redis != ours


def main():
    redis, ours = Peer(int(sys.argv[1])), Peer(int(sys.argv[2]))
    seed, count = int(sys.argv[3]), int(sys.argv[4])
    print("seed", seed)
    commands = Commands(random.Random(seed))
    differences = 0
    for protocol in (b"2", b"3"):
        for peer in (redis, ours):
            peer.ask([b"RESET"])  # ends a MULTI that the round before left open: HELLO would be queued, and its reply has the connection's id
            peer.ask([b"HELLO", protocol])
            peer.ask([b"FLUSHALL"])
        queued = []
        for _ in range(count):
            command = commands.next()
            theirs, mine = redis.ask(command), ours.ask(command)
            differs = differ(command, queued, theirs, mine)
            if mine == b"+QUEUED\r\n":
                queued.append(command[0])
            elif command[0] in (b"EXEC", b"DISCARD"):
                queued = []
            if not differs:
                continue
            differences += 1
            if differences <= MAX_SHOWN:
                print(command, "\n   redis", theirs[:150], "\n   ours ", mine[:150])
    print("differences", differences)
    sys.exit(1 if differences else 0)


main()
