using System.Buffers.Binary;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Recovery;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Which tenures the records of a store come from: each with a random number of its own, oldest first. Two stores whose lists have a tenure
/// in common have the same records up to it, as far as both go; two tenures of one epoch with different numbers are of pasts that have
/// forked (a server that was promoted, a folder that was restored from a copy). Tenures that nobody followed are left out. Immutable.
/// The file <c>LINEAGE</c> is there once somebody has followed the store, or it has followed another:
/// <code>
///  0  8 B  "OKVLIN\r\n"
///  8  u32  format, 1
/// 12  u32  flags: bit 0, a whole copy was being loaded: the folder has a part of the keys
/// 16  u64  store id
/// 24  u32  n
/// 28  n x { u32 epoch | u64 number }
///     u32  CRC-32C of all before it
/// </code>
/// </summary>
/// <param name="Tenures">Oldest first.</param>
/// <param name="IsPartial">The folder has a part of the keys alone.</param>
public sealed record Lineage(IReadOnlyList<(Epoch Epoch, ulong Number)> Tenures, bool IsPartial = false)
{
    /// <summary>Tenures that are kept: as many as a shard keeps.</summary>
    public const int MaxCount = Shards.EpochHistory.MaxCount;

    public const string FileName = "LINEAGE";

    public static readonly Lineage None = new([]);

    private const string Temporary = FileName + ".tmp";
    private const int HeadBytes = 28;
    private const int RowBytes = 12;
    private const uint Format = 1;
    private const string Remedy = "Delete the file: servers that followed this one will take whole copies. If this server has followed "
        + "another, start it with an empty folder and --replica-of";

    private static ReadOnlySpan<byte> Magic => "OKVLIN\r\n"u8;

    /// <summary>
    /// The past of a cluster: the same on all of its nodes, and all of its tenures in one, for a record that the cluster has committed is
    /// its position's for ever.
    /// </summary>
    /// <param name="cluster">The cluster's id, which was made at random when it was founded.</param>
    public static Lineage OfCluster(Guid cluster)
    {
        Span<byte> id = stackalloc byte[16];
        cluster.TryWriteBytes(id);
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(id) ^ BinaryPrimitives.ReadUInt64LittleEndian(id[8..]);
        return new Lineage([(new Epoch(uint.MaxValue), number)]);
    }

    /// <summary>
    /// The newest epoch of the newest tenure that both have; <see cref="Epoch.None"/> for none. Tenures are told by their numbers: of a
    /// cluster's tenures a store that has left it has the lower ones only.
    /// </summary>
    public Epoch CommonWith(Lineage other)
    {
        for (int i = Tenures.Count - 1; i >= 0; i--)
        {
            foreach ((Epoch epoch, ulong number) in other.Tenures)
            {
                if (number == Tenures[i].Number) return epoch < Tenures[i].Epoch ? epoch : Tenures[i].Epoch;
            }
        }

        return Epoch.None;
    }

    public Lineage With(Epoch epoch, ulong number) => new([.. Tenures.TakeLast(MaxCount - 1), (epoch, number)]);

    /// <summary>What of it lies before a tenure that begins here: a cluster's later tenures are another past.</summary>
    public Lineage Before(Epoch tenure) =>
        new([.. Tenures.Select(t => t.Epoch < tenure ? t : (new Epoch(tenure.Value - 1), t.Number))]);

    /// <summary>The file of a folder; null when it has none. Throws <see cref="CorruptionException"/>.</summary>
    public static Lineage? Load(IDisk disk, ulong storeId)
    {
        if (!disk.Exists(FileName)) return null;
        using var file = new FileWindow(disk, FileName);
        if (file.Length is < HeadBytes + 4 or > HeadBytes + (MaxCount * RowBytes) + 4)
            throw Bad(file, "its length is none of such a file");
        ReadOnlySpan<byte> bytes = file.At(0, (int)file.Length);
        if (!bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Checksum.Of(bytes[..^4]))
            throw Bad(file, "its checksum does not match");
        uint format = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (format != Format) throw CorruptionException.Newer(file.Path, format, Format);
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) != storeId) throw Bad(file, "it is of another store");
        return new Lineage(ReadTenures(bytes[24..^4]), (BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) & 1) != 0);
    }

    public void Save(IDisk disk, ulong storeId)
    {
        var bytes = new byte[HeadBytes + (Tenures.Count * RowBytes) + 4];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Format);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), IsPartial ? 1u : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), storeId);
        Write(bytes.AsSpan(24));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Checksum.Of(bytes.AsSpan(0, bytes.Length - 4)));
        using (IDiskFile file = disk.Create(Temporary))
        {
            file.Write(bytes);
            file.Flush();
        }

        disk.Rename(Temporary, FileName);
        disk.FlushFolder();
    }

    /// <summary><c>u32 n | n x { u32 epoch | u64 number }</c>.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[4 + (Tenures.Count * RowBytes)];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads <see cref="ToBytes"/>; throws <see cref="InvalidDataException"/>.</summary>
    public static Lineage FromBytes(ReadOnlySpan<byte> bytes) => new(ReadTenures(bytes));

    private void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, Tenures.Count);
        for (int i = 0; i < Tenures.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to[(4 + (i * RowBytes))..], Tenures[i].Epoch.Value);
            BinaryPrimitives.WriteUInt64LittleEndian(to[(8 + (i * RowBytes))..], Tenures[i].Number);
        }
    }

    private static (Epoch Epoch, ulong Number)[] ReadTenures(ReadOnlySpan<byte> from)
    {
        int count = from.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(from);
        if (count is < 0 or > MaxCount || from.Length != 4 + (count * RowBytes))
            throw new InvalidDataException("a list of tenures is damaged");
        var tenures = new (Epoch, ulong)[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> row = from[(4 + (i * RowBytes))..];
            tenures[i] = (new Epoch(BinaryPrimitives.ReadUInt32LittleEndian(row)), BinaryPrimitives.ReadUInt64LittleEndian(row[4..]));
        }

        return tenures;
    }

    private static CorruptionException Bad(FileWindow file, string problem) => new(file.Path, 0, problem, Remedy);
}
