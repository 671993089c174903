using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansKv.Engine.Io;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Snapshots;

/// <summary>
/// Which snapshots make up the store, and its slot map: the file <c>MANIFEST</c>. First line <c>OKVMANIFEST 2 crc32c</c>, then JSON that
/// the checksum covers. Replaced whole: new file, flush, rename, flush of the folder.
/// </summary>
/// <param name="StoreId">Random; marks the files that belong together.</param>
/// <param name="Sequence">+1 a manifest.</param>
/// <param name="SlotMap">The map's bytes.</param>
/// <param name="Shards">One row a shard that has a snapshot.</param>
public sealed record Manifest(ulong StoreId, long Sequence, byte[] SlotMap, IReadOnlyList<ManifestShard> Shards)
{
    public const string Name = "MANIFEST";
    public const int FormatVersion = 2;

    /// <summary>64 MiB. A manifest has about 120 bytes a shard and 2 a slot; anything like this is no manifest.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>
    /// The tenure of the store's process, which every start raises before it writes a record; above all epochs of the shards. 0 in format
    /// 1.
    /// </summary>
    public uint Epoch { get; init; }

    private const string Temporary = "MANIFEST.tmp";
    private const string Word = "OKVMANIFEST";

    public void Save(IDisk disk)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this);
        byte[] head = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Word} {FormatVersion} {Checksum.Of(json):x8}\n"));
        using (IDiskFile file = disk.Create(Temporary))
        {
            file.Write(head);
            file.Write(json);
            file.Flush();
        }

        disk.Rename(Temporary, Name);
        disk.FlushFolder();
    }

    /// <summary>The manifest of a folder; null when it has none (a new store). Throws <see cref="CorruptionException"/>.</summary>
    public static Manifest? Load(IDisk disk)
    {
        if (!disk.Exists(Name)) return null;
        using var file = new FileWindow(disk, Name);
        if (file.Length > MaxBytes) throw Bad(file.Path, $"it has {file.Length} bytes, more than a manifest can have ({MaxBytes})");
        ReadOnlySpan<byte> bytes = file.At(0, (int)file.Length);
        string path = file.Path;
        int end = bytes.IndexOf((byte)'\n');
        string[] words = end < 0 ? [] : Encoding.Latin1.GetString(bytes[..end]).Split(' ');
        if (words.Length != 3 || words[0] != Word
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int version))
            throw Bad(path, "this is no manifest of a store");
        if (version > FormatVersion) throw CorruptionException.Newer(path, version, FormatVersion);
        ReadOnlySpan<byte> json = bytes[(end + 1)..];
        if (words[2] != Checksum.Of(json).ToString("x8", CultureInfo.InvariantCulture)) throw Bad(path, "its checksum does not match");
        return JsonSerializer.Deserialize<Manifest>(json) ?? throw Bad(path, "it is empty");
    }

    private static CorruptionException Bad(string path, string problem) => new(path, 0, problem, Remedy.NoManifest);
}
