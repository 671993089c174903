namespace OrleansKv.Engine.Commands.Bits;

/// <summary>To come.</summary>
internal static class BitCommands
{
    public static readonly IReadOnlyList<CommandSpec> All = [];
}
