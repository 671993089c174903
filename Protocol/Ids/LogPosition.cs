using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansKv.Protocol;

/// <summary>
/// Identity of a record of a shard: the tenure that wrote it and its number, compared in that order. Same shard and position means the same
/// bytes on every node, for ever: an Lsn alone is used again by a process that lost the end of its journal to a power cut.
/// </summary>
public readonly record struct LogPosition(Epoch Epoch, Lsn Lsn) : IComparable<LogPosition>
{
    /// <summary>Bytes as <see cref="Write"/> has them.</summary>
    public const int SizeBytes = 12;

    /// <summary>Before the first record.</summary>
    public static readonly LogPosition None = new(Epoch.None, Lsn.None);

    /// <summary>Behind every record.</summary>
    public static readonly LogPosition MaxValue = new(new Epoch(uint.MaxValue), new Lsn(long.MaxValue));

    /// <summary>The next record of the same tenure.</summary>
    public LogPosition Next => new(Epoch, Lsn.Next);

    /// <summary>Reads what <see cref="ToString"/> gives of a record's position.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LogPosition position)
    {
        position = None;
        string[] parts = text?.Split(':') ?? [];
        if (parts.Length != 2
            || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint epoch)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long lsn) || lsn <= 0) return false;
        position = new LogPosition(new Epoch(epoch), new Lsn(lsn));
        return true;
    }

    /// <summary><c>u32 epoch | i64 Lsn</c>, little-endian.</summary>
    public static LogPosition Read(ReadOnlySpan<byte> from) =>
        new(new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(from)), new Lsn(BinaryPrimitives.ReadInt64LittleEndian(from[4..])));

    /// <summary>The bytes for <see cref="Read"/>.</summary>
    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[4..], Lsn.Value);
    }

    public int CompareTo(LogPosition other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Lsn.CompareTo(other.Lsn);

    public static bool operator <(LogPosition a, LogPosition b) => a.CompareTo(b) < 0;

    public static bool operator >(LogPosition a, LogPosition b) => a.CompareTo(b) > 0;

    public static bool operator <=(LogPosition a, LogPosition b) => a.CompareTo(b) <= 0;

    public static bool operator >=(LogPosition a, LogPosition b) => a.CompareTo(b) >= 0;

    public override string ToString() => $"{Epoch}:{Lsn}";
}
