using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OrleansKv.Protocol;

namespace OrleansKv.Client;

/// <summary>
/// The version of a key: which record wrote it. Another one with every change of the key, its expiry included, and never the same again,
/// also where a cut of power has taken acknowledged writes back. Versions of one key grow.
/// </summary>
/// <param name="Epoch">The tenure of the shard in which it was written: raised whenever somebody begins to lead the shard.</param>
/// <param name="Lsn">The record's number in the shard.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.keyversion")]
public readonly record struct KeyVersion([property: Id(0)] uint Epoch, [property: Id(1)] long Lsn) : IComparable<KeyVersion>
{
    /// <summary>There is no such key.</summary>
    public static KeyVersion None => default;

    /// <summary>Reads what <see cref="ToString"/> gives, but not that of <see cref="None"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out KeyVersion version)
    {
        bool isOne = LogPosition.TryParse(text, out LogPosition position);
        version = new KeyVersion(position.Epoch.Value, position.Lsn.Value);
        return isOne;
    }

    /// <summary>Whether the first one is older.</summary>
    public static bool operator <(KeyVersion a, KeyVersion b) => a.CompareTo(b) < 0;

    /// <summary>Whether the first one is newer.</summary>
    public static bool operator >(KeyVersion a, KeyVersion b) => a.CompareTo(b) > 0;

    /// <summary>Whether the first one is older, or both are the same.</summary>
    public static bool operator <=(KeyVersion a, KeyVersion b) => a.CompareTo(b) <= 0;

    /// <summary>Whether the first one is newer, or both are the same.</summary>
    public static bool operator >=(KeyVersion a, KeyVersion b) => a.CompareTo(b) >= 0;

    /// <summary>By the tenure, then by the record's number.</summary>
    public int CompareTo(KeyVersion other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Lsn.CompareTo(other.Lsn);

    /// <summary><c>epoch:Lsn</c>, for an ETag.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Lsn}");
}
