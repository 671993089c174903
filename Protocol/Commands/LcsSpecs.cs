using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>What two values have in common.</summary>
internal static class LcsSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "lcs",
            Arity = -3,
            Flags = ReadOnly,
            Keys = new KeyWords(1, 2, 1),
            Group = "string",
            Since = "7.0.0",
            Summary = "Finds the longest common substring.",
            Syntax = "key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]",
        },
    ];
}
