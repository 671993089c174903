using OrleansKv.Engine.Commands.Bits;
using OrleansKv.Engine.Commands.Counters;
using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Commands.Lines;
using OrleansKv.Engine.Commands.Strings;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Engine.Commands;

/// <summary>
/// A data command with its number and what runs it. What the hot path asks of it is flattened: a record's computed properties cost a call
/// each. Immutable.
/// </summary>
public sealed class DataCommand
{
    private static readonly Dictionary<string, CommandHandler> Handlers = ((CommandBinding[])
    [
        .. StringCommands.All,
        .. RangeCommands.All,
        .. CounterCommands.All,
        .. BitCommands.All,
        .. BitFieldCommands.All,
        .. KeyCommands.All,
        .. ExpiryCommands.All,
        .. KeyspaceCommands.All,
        .. ObjectCommands.All,
        .. MemoryUsageCommand.All,
        .. DumpCommands.All,
        .. LcsCommand.All,
        .. LineDataCommands.All,
    ]).ToDictionary(b => b.Name, b => b.Run);

    private static readonly DataCommand[] _all =
        [.. DataCommands.All.Select((spec, i) => new DataCommand(spec, (ushort)i, Handlers[spec.Name]))];
    private static readonly Dictionary<string, DataCommand> _byName = _all.ToDictionary(c => c.Spec.Name);

    public readonly CommandSpec Spec;
    public readonly ushort Index;
    public readonly bool HasOneKey;
    public readonly bool IsWrite;
    public readonly bool DenyOom;
    public readonly int FirstKey;
    public readonly CommandHandler Run;

    private DataCommand(CommandSpec spec, ushort index, CommandHandler run)
    {
        Spec = spec;
        Index = index;
        HasOneKey = spec.HasOneKey;
        IsWrite = spec.IsWrite;
        DenyOom = (spec.Flags & CommandFlags.DenyOom) != 0;
        FirstKey = spec.FirstKey;
        Run = run;
    }

    /// <summary>The command with this index in <see cref="DataCommands.All"/>.</summary>
    public static DataCommand Of(int index) => _all[index];

    /// <summary>Null when there is none of this name (lower case).</summary>
    public static DataCommand? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether a call with this many words has its one key: one with too few is refused only when its turn comes.</summary>
    public bool HasKeyIn(int words) => HasOneKey && words > FirstKey;

    /// <summary>Index of the last word that is a key, for a call with this many words.</summary>
    public int LastKeyOf(int words) => Spec.LastKey < 0 ? words + Spec.LastKey : Spec.LastKey;
}
