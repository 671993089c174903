namespace OrleansKv.Engine.Commands.Strings;

/// <summary>To come.</summary>
internal static class LcsCommand
{
    public static readonly IReadOnlyList<CommandSpec> All = [];
}
