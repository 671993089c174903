using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands;

/// <summary>Every command a client can call: the engine's data commands and the gateway's own families.</summary>
internal static class AllCommands
{
    public static CommandTable Table()
    {
        IEnumerable<SessionCommand> own =
        [
            .. ConnectionCommands.All,
            .. ClientCommands.All,
            .. TransactionCommands.All,
            .. PubSubCommands.All,
            .. LineCommands.All,
            .. FaultCommands.All,
            .. ServerCommands.All,
            .. ClusterCommands.All,
        ];
        int id = 0;
        var entries = new List<CommandEntry>();
        foreach (CommandSpec spec in DataCommands.All)
        {
            if (!spec.Name.Contains('|')) entries.Add(new CommandEntry(spec, null, id++)); // else its container has it
        }

        foreach (SessionCommand command in own)
        {
            entries.Add(new CommandEntry(command.Spec, command.Run, id++)
            {
                Subcommands = [.. command.Subcommands.Select(sub => new CommandEntry(sub.Spec, sub.Run, id++))],
            });
        }

        return new CommandTable(entries);
    }
}
