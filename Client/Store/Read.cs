using OrleansKv.Client.Routing;
using OrleansKv.Client.Wire;
using OrleansKv.Protocol;

namespace OrleansKv.Client.Store;

/// <summary>Reads the replies of the operations that <see cref="Encode"/> makes; errors of the server are thrown.</summary>
internal static class Read
{
    public static ReadOnlyMemory<byte>? Bytes(Replies replies) =>
        Resp.TryBulk(replies[0], out ReadOnlySpan<byte> bytes) ? (ReadOnlyMemory<byte>?)bytes.ToArray() : null;

    public static T? Value<T>(Replies replies) =>
        Resp.TryBulk(replies[0], out ReadOnlySpan<byte> bytes) ? replies.Serializer.Deserialize<T>(bytes) : default;

    public static bool IsOk(Replies replies) => Resp.IsOk(replies[0]);

    public static bool IsOne(Replies replies) => Resp.Integer(replies[0]) == 1;

    public static long Integer(Replies replies) => Resp.Integer(replies[0]);

    /// <summary>
    /// A key's version, none where no key is: of such a key a shard says, by a negative Lsn, when it last went (for WATCH).
    /// </summary>
    public static KeyVersion Version(ReadOnlySpan<byte> reply)
    {
        if (!Resp.TryBulk(reply, out ReadOnlySpan<byte> bytes)) return KeyVersion.None;
        LogPosition written = LogPosition.Read(bytes);
        return written.Lsn.Value <= 0 ? KeyVersion.None : new KeyVersion(written.Epoch.Value, written.Lsn.Value);
    }

    public static KeyTimeToLive TimeToLive(Replies replies) => Resp.Integer(replies[0]) switch
    {
        -2 => default,
        -1 => new KeyTimeToLive(true, null),
        long ms => new KeyTimeToLive(true, TimeSpan.FromTicks(ms * TimeSpan.TicksPerMillisecond)),
    };

    public static Versioned<ReadOnlyMemory<byte>> VersionedBytes(Replies replies)
    {
        KeyVersion version = Version(replies[0]);
        return Resp.TryBulk(replies[1], out ReadOnlySpan<byte> bytes)
            && version != KeyVersion.None ? new(bytes.ToArray(), version) : default;
    }

    public static Versioned<T> Versioned<T>(Replies replies)
    {
        KeyVersion version = Version(replies[0]);
        return Resp.TryBulk(replies[1], out ReadOnlySpan<byte> bytes)
            && version != KeyVersion.None ? new(replies.Serializer.Deserialize<T>(bytes), version) : default;
    }

    /// <summary>Of a group with one member, and the version after it.</summary>
    public static SwapResult Swap(Replies replies)
    {
        bool ran = Resp.Integer(replies[0]) > 0; // the moment in which it ran
        if (ran) Resp.ThrowIfError(replies[1]);
        return new SwapResult(ran, Version(replies[2]));
    }
}
