namespace OrleansKv.Protocol.Commands;

/// <summary>
/// Every command that reads or changes keys. Its index in the list is its number in batches: nodes and clients whose <see cref="TableId"/>
/// differ cannot read each other's.
/// </summary>
public static class DataCommands
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        .. StringSpecs.All,
        .. RangeSpecs.All,
        .. CounterSpecs.All,
        .. BitSpecs.All,
        .. KeySpecs.All,
        .. ExpirySpecs.All,
        .. KeyspaceSpecs.All,
        .. EntrySpecs.All,
        .. DumpSpecs.All,
        .. LcsSpecs.All,
        .. LineSpecs.All,
    ];

    private static readonly Dictionary<string, ushort> IndexByName =
        All.Select((spec, i) => (spec.Name, Index: (ushort)i)).ToDictionary(c => c.Name, c => c.Index);

    /// <summary>Raised when a batch or its replies come to mean something else.</summary>
    private const char BatchFormatNumber = '3';

    /// <summary>
    /// Two programs with the same number have the same commands at the same indexes, and the same format of batches: FNV-1a over the names
    /// (http://www.isthe.com/chongo/tech/comp/fnv/).
    /// </summary>
    public static uint TableId { get; } =
        All.SelectMany(c => c.Name + " ").Prepend(BatchFormatNumber)
        .Aggregate(2_166_136_261u, static (id, letter) => unchecked((id ^ letter) * 16_777_619));

    /// <summary>The index of a command (lower case); null when there is none of this name.</summary>
    public static ushort? IndexOf(string name) => IndexByName.TryGetValue(name, out ushort index) ? index : null;
}
