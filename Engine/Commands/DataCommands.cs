using OrleansKv.Engine.Commands.Bits;
using OrleansKv.Engine.Commands.Counters;
using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Commands.Lines;
using OrleansKv.Engine.Commands.Strings;

namespace OrleansKv.Engine.Commands;

/// <summary>Every command that reads or changes keys.</summary>
public static class DataCommands
{
    public static readonly IReadOnlyList<CommandSpec> All =
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
    ];

    /// <summary>Shorthand for the families' lists.</summary>
    internal static CommandSpec Of(
        string name, int arity, CommandFlags flags, int first, int last, int step, string group, string since, string summary, string syntax, CommandHandler run) =>
        new(name, arity, flags, first, last, step, group, since, summary, syntax, run);
}
