using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// The digest of a shard's entries as they were at one position, computed while the shard is served or followed: an entry that changes
/// before the walk comes by counts as it was. XXH128 of each entry, added up, so that the order of the walk does not matter. One walk over
/// a shard at a time, with those that save it or send it. In slices with rests between (<see cref="Pacer"/>).
/// </summary>
internal sealed class DigestWalk : ISnapshotSink
{
    private const int DeadlineAt = 0;
    private const int VersionAt = 8;
    private const int KeyLengthAt = 16;
    private const int HeaderBytes = 20;

    private readonly ShardCell _cell;
    private readonly XxHash128 _hash = new();
    private UInt128 _sum;
    private long _entries;

    private DigestWalk(ShardCell cell) => _cell = cell;

    /// <summary>The entries are those behind this record.</summary>
    public LogPosition Position { get; private set; }

    /// <summary>
    /// Begins at the shard's position, between two groups; null when somebody else walks over the shard. <see cref="Run"/> must follow.
    /// </summary>
    public static DigestWalk? TryBegin(ShardCell cell)
    {
        lock (cell.Turn) // no group is half done
        {
            if (!cell.Walker.Wait(0)) return null;
            var walk = new DigestWalk(cell);
            lock (cell.Gate)
            {
                if (cell.Shard.Role == ShardRole.None || cell.IsLoading)
                {
                    cell.Walker.Release();
                    return null;
                }

                walk.Position = cell.Shard.Position;
                cell.Shard.Table.BeginSnapshot(walk);
            }

            return walk;
        }
    }

    /// <summary>Walks to the end; null when it is stopped before. Takes its time.</summary>
    public StateDigest? Run(CancellationToken stop)
    {
        var pacer = new Pacer();
        bool isWhole = false;
        try
        {
            while (!isWhole && !stop.IsCancellationRequested)
            {
                lock (_cell.Gate) isWhole = _cell.Shard.Table.ContinueSnapshot(Pacer.EntriesAStep);
                pacer.Pause();
            }
        }
        finally
        {
            lock (_cell.Gate) _cell.Shard.Table.EndSnapshot();
            _cell.Walker.Release();
        }

        return isWhole ? new StateDigest(_sum, _entries) : null;
    }

    void ISnapshotSink.Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        Debug.Assert(_cell.Gate.IsHeldByCurrentThread);
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt64LittleEndian(header[DeadlineAt..], deadlineMs);
        BinaryPrimitives.WriteInt64LittleEndian(header[VersionAt..], version.Value);
        BinaryPrimitives.WriteInt32LittleEndian(header[KeyLengthAt..], key.Length);
        _hash.Append(header);
        _hash.Append(key);
        _hash.Append(value);
        _sum += _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
        _entries++;
    }
}
