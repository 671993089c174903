namespace OrleansKv.Engine.Commands.Keys;

/// <summary>To come.</summary>
internal static class DumpCommands
{
    public static readonly IReadOnlyList<CommandSpec> All = [];
}
