using System.Collections.Frozen;
using System.Text;

namespace OrleansKv.Gateway.Commands;

/// <summary>
/// Commands of Redis 7.0 on types that this server does not have: who calls one hears what is missing, and not only that the command is.
/// Immutable.
/// </summary>
internal static class AbsentCommands
{
    /// <summary>Longer words are not looked up: an unknown command's name may be of any length.</summary>
    public const int LongestName = 32;

    // What is missing, and the commands.
    private static readonly (string Kind, string Commands)[] Groups =
    [
        ("lists", "blmove blmpop blpop brpop brpoplpush lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange lrem lset ltrim rpop "
            + "rpoplpush rpush rpushx"),
        ("sets", "sadd scard sdiff sdiffstore sinter sintercard sinterstore sismember smembers smismember smove spop srandmember srem "
            + "sscan sunion sunionstore"),
        ("sorted sets", "bzmpop bzpopmax bzpopmin zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop "
            + "zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex "
            + "zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore"),
        ("hashes", "hdel hexists hget hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx hstrlen hvals"),
        ("streams", "xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim"),
        ("geospatial indexes",
            "geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore"),
        ("HyperLogLogs", "pfadd pfcount pfdebug pfmerge pfselftest"),
        ("scripts", "eval eval_ro evalsha evalsha_ro fcall fcall_ro script"),
    ];

    private static readonly FrozenDictionary<string, string> KindOf = Groups
        .SelectMany(g => g.Commands.Split(' ').Select(c => KeyValuePair.Create(c, g.Kind)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The error for such a command; null for any other name. It begins as Redis' for an unknown command does, which clients look for.
    /// </summary>
    public static string? RefusalOf(ReadOnlySpan<byte> name) =>
        Encoding.Latin1.GetString(name) is var text && KindOf.TryGetValue(text, out string? kind)
            ? $"ERR unknown command '{text}': this server has strings, and no {kind}"
            : null;
}
