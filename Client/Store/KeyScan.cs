using System.Globalization;
using System.Runtime.CompilerServices;
using OrleansKv.Client.Routing;
using OrleansKv.Client.Wire;
using OrleansKv.Grains;
using OrleansKv.Protocol;

namespace OrleansKv.Client.Store;

/// <summary>Reads all keys, one shard after the other, page by page. Between pages nothing is held anywhere.</summary>
internal static class KeyScan
{
    /// <summary>100 000 keys: a page of them holds up its shard some 10 ms.</summary>
    public const int MaxPageSize = 100_000;

    public static async IAsyncEnumerable<KvKey> RunAsync(
        ShardRouter router, string? pattern, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ClusterMap map = await router.WhenMapped(cancellationToken).ConfigureAwait(false);
        var keys = new List<KvKey>();
        for (int shard = 0; shard < map.Homes.Length; shard++)
        {
            ulong cursor = 0;
            do
            {
                cursor = await PageAsync(router, new ShardId((ushort)shard), cursor, pattern, pageSize, keys, cancellationToken)
                    .ConfigureAwait(false);
                foreach (KvKey key in keys) yield return key;
            }
            while (cursor != 0);
        }
    }

    private static async ValueTask<ulong> PageAsync(
        ShardRouter router, ShardId shard, ulong cursor, string? pattern, int pageSize, List<KvKey> keys,
        CancellationToken cancellationToken)
    {
        using Exchange exchange = router.Rent();
        Encode.Scan(exchange, shard, cursor, pattern, pageSize);
        await exchange.RunAsync(cancellationToken).ConfigureAwait(false);
        return Page(exchange[0], keys);
    }

    // *2 | cursor | *n | keys
    private static ulong Page(Replies replies, List<KvKey> keys)
    {
        keys.Clear();
        ReadOnlySpan<byte> reply = replies[0];
        Resp.Array(reply, out int size);
        reply = reply[size..];
        Resp.TryBulk(reply, out ReadOnlySpan<byte> cursor, out size);
        ulong next = ulong.Parse(cursor, NumberStyles.None, CultureInfo.InvariantCulture);
        reply = reply[size..];
        int count = Resp.Array(reply, out size);
        for (int i = 0; i < count; i++)
        {
            reply = reply[size..];
            Resp.TryBulk(reply, out ReadOnlySpan<byte> key, out size);
            keys.Add(key.ToArray());
        }

        return next;
    }
}
