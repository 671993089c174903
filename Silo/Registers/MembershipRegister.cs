using System.Text.Json;
using Orleans.Runtime;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// Orleans' membership table as the value of one register: its rows and its version, which change together, as JSON. Orleans' own records
/// are no part of it, so that a node of another version of Orleans reads it, too. Immutable.
/// </summary>
internal sealed record MembershipRegister(int Version, MembershipRow[] Rows)
{
    public const string Name = "members";

    /// <summary>What a register that nobody has written stands for.</summary>
    public static MembershipRegister Empty { get; } = new(0, []);

    /// <summary>Of a value's bytes; throws <see cref="JsonException"/>.</summary>
    public static MembershipRegister Parse(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize<MembershipRegister>(bytes) ?? throw new JsonException("the membership is null");

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public MembershipRow? Find(SiloAddress silo)
    {
        string name = silo.ToParsableString();
        return Array.Find(Rows, r => r.Silo == name);
    }

    /// <summary>The table as Orleans has it: all rows, or that of one silo.</summary>
    public MembershipTableData ToTable(SiloAddress? only = null)
    {
        string? name = only?.ToParsableString();
        return new MembershipTableData(
            [.. Rows.Where(r => name is null || r.Silo == name).Select(r => Tuple.Create(r.ToEntry(), r.Tag))], TableVersion());
    }

    /// <summary>With one row more; null when the silo has one, or the table is another one than the caller has read.</summary>
    public MembershipRegister? Insert(MembershipEntry entry, string tag, TableVersion version) =>
        Find(entry.SiloAddress) is null && IsAt(version)
            ? new MembershipRegister(version.Version, [.. Rows, MembershipRow.Of(entry, tag)])
            : null;

    /// <summary>With a row replaced; null when the row, or the table, is another one than the caller has read.</summary>
    public MembershipRegister? Update(MembershipEntry entry, string was, string tag, TableVersion version) =>
        Find(entry.SiloAddress) is { } row && row.Tag == was && IsAt(version)
            ? new MembershipRegister(version.Version, [.. Rows.Select(r => r == row ? MembershipRow.Of(entry, tag) : r)])
            : null;

    /// <summary>With a later sign of life; the version stays, for nobody decides by it. Null when there is no such row.</summary>
    public MembershipRegister? Touch(MembershipEntry entry) => Find(entry.SiloAddress) is { } row
        ? this with { Rows = [.. Rows.Select(r => r == row ? r with { IAmAliveTime = entry.IAmAliveTime } : r)] }
        : null;

    /// <summary>Without the rows of silos that are not active and were seen last before a moment; null when there are none.</summary>
    public MembershipRegister? Clean(DateTime before)
    {
        MembershipRow[] kept = [.. Rows.Where(r => r.Status == SiloStatus.Active || r.LastSign >= before)];
        return kept.Length == Rows.Length ? null : this with { Rows = kept };
    }

    private TableVersion TableVersion() => new(Version, TagOf(Version));

    private bool IsAt(TableVersion next) => next.VersionEtag == TagOf(Version);

    private static string TagOf(int version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
