using OrleansKv.Gateway.Commands.Server;

namespace OrleansKv.Gateway.Commands;

/// <summary>INFO, CONFIG and the rest of what operates and inspects a server.</summary>
internal static class ServerCommands
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        .. InfoCommand.All,
        .. ConfigCommands.All,
        .. MemoryCommands.All,
        .. ObjectCommands.All,
        .. PersistenceCommands.All,
        .. ShutdownCommand.All,
        .. ReplicationCommands.All,
        .. WaitCommands.All,
        .. CommandCommands.All,
        .. SlowLogCommands.All,
        .. LatencyCommands.All,
        .. DebugCommands.All,
        .. FunctionCommands.All,
        .. ModuleCommands.All,
        .. AclCommands.All,
        .. MiscellaneousCommands.All,
    ];
}
