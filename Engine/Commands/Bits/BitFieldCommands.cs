namespace OrleansKv.Engine.Commands.Bits;

/// <summary>To come.</summary>
internal static class BitFieldCommands
{
    public static readonly IReadOnlyList<CommandSpec> All = [];
}
