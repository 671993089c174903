using System.Buffers.Binary;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// Reads the parts of a message's body, as <see cref="ReplicaMessages"/> draws them. Throws <see cref="InvalidDataException"/> where the
/// bytes end too soon or say what cannot be; takes memory only for what is there.
/// </summary>
/// <param name="shard">The message's.</param>
/// <param name="body">Records are slices of it.</param>
internal ref struct ReplicaBytesReader(ShardId shard, ReadOnlyMemory<byte> body)
{
    private readonly ReadOnlySpan<byte> _bytes = body.Span;
    private int _at;

    public readonly bool IsAtEnd => _at == _bytes.Length;

    public bool ReadFlag()
    {
        byte flag = Take(1)[0];
        return flag <= 1 ? flag != 0 : throw Bad($"{flag} stands where only 0 or 1 can");
    }

    public Epoch ReadEpoch() => new(BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))));

    public TimeSpan ReadTime() => new(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))));

    public LogPosition ReadPosition()
    {
        Epoch epoch = ReadEpoch();
        return new LogPosition(epoch, Checked(new Lsn(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))))));
    }

    public LogHead ReadHead()
    {
        LogPosition end = ReadPosition(), applied = ReadPosition();
        int count = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
        if (count > EpochHistory.MaxCount) throw Bad($"a log's head has {count} epochs");
        ReadOnlySpan<byte> bytes = Take(count * EpochStart.SizeBytes);
        var epochs = new EpochStart[count];
        for (int i = 0; i < count; i++)
        {
            EpochStart start = epochs[i] = EpochStart.Read(bytes[(i * EpochStart.SizeBytes)..]);
            Checked(start.First);
            if (i > 0 && (start.Epoch <= epochs[i - 1].Epoch || start.First < epochs[i - 1].First)) throw Bad("epochs are out of order");
        }

        return new LogHead(end, applied, epochs);
    }

    public StateDigest ReadDigest()
    {
        ReadOnlySpan<byte> bytes = Take(ReplicaBytesWriter.DigestBytes);
        long entries = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        return entries >= 0
            ? new StateDigest(BinaryPrimitives.ReadUInt128LittleEndian(bytes), entries)
            : throw Bad($"a digest is of {entries} entries");
    }

    /// <summary>The rest of the body.</summary>
    public RecordRun ReadRecords(LogPosition before)
    {
        int from = _at;
        _at = _bytes.Length;
        return RecordRun.Parse(shard, before, body[from..]);
    }

    private readonly Lsn Checked(Lsn lsn) => lsn.Value is >= 0 and <= Lsn.MaxValue ? lsn : throw Bad($"there is no Lsn {lsn}");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at) throw Bad("it ends too soon");
        ReadOnlySpan<byte> taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    private readonly InvalidDataException Bad(string problem) => new($"a message of shard {shard} cannot be read: {problem}");
}
