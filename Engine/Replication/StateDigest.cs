using System.Globalization;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// What a copy's entries are, in a few bytes: two copies of one position with the same digest have the same entries, but for a chance of
/// one in 2^100 and less. It depends on keys, values, deadlines and versions, and on no node's hash seed or order.
/// </summary>
/// <param name="Hash">Sum, modulo 2^128, of the hashes of all entries.</param>
/// <param name="Entries">How many they are.</param>
public readonly record struct StateDigest(UInt128 Hash, long Entries)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Entries} keys, digest {(ulong)(Hash >> 64):x16}");
}
