using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>Short conversations that random commands seldom or never hold, against Redis. '' is an empty word, \n a line break.</summary>
public sealed class HandWrittenTests(RedisProcess redis) : IClassFixture<RedisProcess>
{
    [RedisTheory]
    [InlineData("set a 1|copy a b DB 99999999999|copy a b DB x|copy a b DB -1|copy a b DB|copy a a|copy a b FOO|copy none b|copy a "
        + "b|copy a b|copy a b REPLACE DB 0|get b")]
    [InlineData("scan -1|scan +0|scan abc|scan ''|scan -|scan + COUNT 5|scan 18446744073709551616|"
        + "scan 18446744073709551615|scan 0x|scan 1.0")]
    [InlineData("scan 0|scan 0 COUNT 0|scan 0 COUNT -1|scan 0 COUNT x|scan 0 COUNT|scan 0 MATCH|scan 0 TYPE|scan 0 FOO bar|scan 0 TYPE "
        + "list|scan 0 TYPE nope|scan 0 COUNT 5 COUNT 7 MATCH a")]
    [InlineData("set a 1|scan 0|scan 0 MATCH a|scan 0 MATCH b*|scan 0 COUNT 9223372036854775807")]
    [InlineData("object encoding|object encoding a b|object freq nokey|object idletime nokey|object refcount nokey|object encoding nokey")]
    [InlineData("set a 1|object refcount a|object encoding a|set a 10000|object refcount a|object encoding a|set a abc|object refcount "
        + "a|object encoding a|object idletime a|object freq a")]
    [InlineData("set a 12345678901234567890|object encoding a|set a 9223372036854775807|object encoding a|set a 01|object encoding a|set "
        + "a 3.5|object encoding a|set a ''|object encoding a")]
    [InlineData("set a 1|flushdb async sync|flushall foo|flushdb foo|flushall ASYNC|dbsize|set a 1|flushdb "
        + "sync|dbsize|flushall|flushdb|dbsize")]
    [InlineData("randomkey|set only 1|randomkey|randomkey x|keys|keys a b|dbsize x|type|ttl|persist a b")]
    [InlineData("expire a 10 foo|set a 1|expire a 10 foo|expire a x foo|expire a 10 NX XX|expire a 10 GT LT|expire a 10 NX GT|expire a x "
        + "NX XX|expire a 10 a\nb|pexpire a 10 f\u00e9")]
    [InlineData("set a 1|expireat a 32503680000 XX|expireat a 32503680000 GT|expireat a 32503680000 LT|expireat a 32503680000 "
        + "GT|expireat a 32503680001 XX GT|expireat a 32503680000 LT XX|expiretime a")]
    [InlineData("set a 1|expire a 0|get a|set a 1|expireat a 1|get a|set a 1|pexpire a -1|exists a|set a 1|getex a exat 1|exists a|set a "
        + "1|expire a -1 NX|exists a|expire a 0")]
    [InlineData("set a 1 EXAT 1|get a|set a 1|set a 2 PXAT 1 GET|get a|set a 1 EXAT 1 XX|set a 1 EXAT 1 NX|get a|"
        + "set a 1 EXAT 0|set a 1 EXAT -1")]
    [InlineData("set a 1 NX GET|set a 2 NX GET|get a|set a 3 XX GET|set b 3 XX GET|get b|set a 4 GET KEEPTTL|set a 1 EX 1000000 "
        + "KEEPTTL|set a 1 KEEPTTL EX 1000000|set a 1 EX 5 PX 5|set a 1 EX|set a 1 NX XX")]
    [InlineData("set a 1 EXAT 32503680000|set a 2 KEEPTTL|expiretime a|set a 3|expiretime a|set a 4 PXAT 32503680000499|incr a|append a "
        + "5|setrange a 0 9|setbit a 0 1|bitfield a set u8 0 49|pexpiretime a|getset a 1|pexpiretime a")]
    [InlineData("setex a 0 v|setex a -1 v|setex a x v|setex a 9223372036854775807 v|psetex a 0 v|psetex a 9223372036854775807 v|exists "
        + "a|getex a ex 0|set a 1|getex a ex 0|getex a px x|getex a exat -5")]
    [InlineData("set a abcdef|setrange a 536870912 x|setrange a 536870911 xx|setrange a 536870912 ''|setrange none 5 ''|exists "
        + "none|setrange a -1 x|setrange a x x|getrange a 0 -1|strlen a")]
    [InlineData("set a 9223372036854775807|incr a|incrby a 1|decrby a -1|decrby a -9223372036854775808|decrby a 9223372036854775807|decr "
        + "a|decrby a 9223372036854775807|decrby a 2|get a|incrby a ''|incrby a 1x")]
    [InlineData("mset a 1 b|msetnx a|mset a 1 a 2|get a|msetnx a 1 c 2|exists c|msetnx d 1 d 2|get d|mget a none d d|msetnx")]
    [InlineData("set a 1|rename a a|renamenx a a|rename none b|renamenx none b|set b 2|renamenx a b|rename a b|mget a b|set a 1 EXAT "
        + "32503680000|rename a b|expiretime b|rename none none")]
    [InlineData("set a foobar|bitcount a 0|bitcount a 0 0 FOO|bitcount none 0 x|bitcount none 0|bitcount a 0 0 BIT X|bitcount a -1 -5 "
        + "FOO|bitpos a 1 0 -1 FOO|bitpos none 2|bitpos none 1 x|bitpos a 0|bitpos a x|bitpos a 1 5 2")]
    [InlineData("bitop foo d a|bitop not d a b|bitop and d none|set d 1|bitop and d none|exists d|bitop or none none none|set a abc|set "
        + "b z|bitop and d a b|get d|bitop or a a b|bitop xor a a a|get a|bitop not a a")]
    [InlineData("bitfield a|exists a|bitfield a get u8 0|exists a|bitfield a overflow fail set u8 0 256|exists a|strlen a|bitfield a set "
        + "u64 0 1|bitfield a set i64 0 -1|bitfield a get u63 1|bitfield_ro a set u8 0 1|bitfield_ro a overflow sat|bitfield a overflow x")]
    [InlineData("setbit a 4294967296 1|setbit a -1 1|setbit a 0 2|setbit a x 1|setbit a 0 x|exists a|setbit a 7 0|get a|setbit a 7 "
        + "0|setbit a 7 1|getbit a 4294967296|getbit a 4294967295|bitfield a get u8 #536870912")]
    [InlineData("set a ohmytext|set b mynewtext|lcs a b|lcs a b len|lcs a b idx|lcs a b idx minmatchlen 4|lcs a b idx minmatchlen 4 "
        + "withmatchlen|lcs a b idx minmatchlen -4|lcs a b len idx|lcs a b minmatchlen|lcs a none|lcs none none idx|lcs a b minmatchlen x")]
    [InlineData("setrange a 11999 x|setrange b 11999 y|lcs a b len|setrange c 100 z|lcs a c len")]
    [InlineData("del|exists|touch|unlink|getdel a b|getex|strlen a b|append a|substr a 0|getrange a x y|substr a 0 x|lcs a|set a|setnx "
        + "a|incr|bitop and d|bitop")]
    [InlineData("memory usage nokey|memory usage nokey samples|memory usage nokey samples x|memory usage nokey samples -1|memory usage "
        + "nokey foo 1|memory usage nokey samples 0|memory usage nokey samples 1 SAMPLES 2|memory usage nokey samples 1 x|memory usage")]
    [InlineData("set a 1|restore a 0 x|restore b -1 x|restore b x x|restore b 0 ''|restore b 0 x FREQ 256|restore b 0 x FREQ 1 IDLETIME "
        + "1|restore b 0 x IDLETIME -1|restore b 0 x IDLETIME|restore b 0 x FOO|restore a x x REPLACE")]
    public void Conversation_AgainstRedis_IsTheSame(string lines)
    {
        foreach (int protocol in (int[])[2, 3])
        {
            using var both = new Differential(redis, protocol);
            both.Run([.. lines.Split('|').Select(Words.Of)]);
            both.AssertEndIsEqual(["a", "b", "c", "d", "none", "only"]);
        }
    }

    [RedisFact]
    public void Restore_WithADeadlineThatIsOver_DeletesAsRedisDoes()
    {
        using var both = new Differential(redis, 2);
        byte[] payload = Engine.Commands.Text.RdbString.Write("abc"u8);
        byte[][] Restore(string key, string ttl, params string[] options) =>
            [.. Words.Of($"restore {key} {ttl}"), payload, .. options.Select(CommandHost.Bytes)];
        both.Run([Words.Of("set a 1"), Restore("a", "1", "ABSTTL"), Restore("a", "1", "REPLACE", "ABSTTL"), Words.Of("get a"),
            Restore("b", "5", "ABSTTL"), Words.Of("exists b")]);
        both.Run([Restore("a", "0", "IDLETIME", "1000"), Restore("b", "32503680000000", "ABSTTL", "FREQ", "200"),
            Restore("c", "1000000000"), Restore("c", "0", "REPLACE")]);
        both.AssertEndIsEqual(["a", "b", "c"]);
    }

    // Apart from the others: Redis counts a hit for each key whose type SCAN looks at.
    [RedisFact]
    public void ScanType_AgainstRedis_IsTheSame()
    {
        using var both = new Differential(redis, 2);
        const string Commands =
            "set a 1|scan 0 TYPE STRING|scan 0 TYPE string MATCH a|scan 0 TYPE string MATCH b|scan 0 TYPE hash|scan 0 TYPE nope";
        both.Run([.. Commands.Split('|').Select(Words.Of)]);
    }
}
