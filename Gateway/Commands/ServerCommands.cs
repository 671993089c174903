namespace OrleansKv.Gateway.Commands;

/// <summary>INFO, CONFIG and the rest of what operates a server.</summary>
internal static class ServerCommands
{
    public static readonly IReadOnlyList<SessionCommand> All = [];
}
