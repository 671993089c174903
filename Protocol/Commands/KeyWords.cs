namespace OrleansKv.Protocol.Commands;

/// <summary>Which words of a command are keys; word 0 is its name.</summary>
/// <param name="First">Index of the first key's word, 0 for a command without keys.</param>
/// <param name="Last">Index of the last key's word; negative counts from the end (-1: the last word).</param>
/// <param name="Step">Words from one key to the next.</param>
public readonly record struct KeyWords(int First, int Last, int Step)
{
    public static readonly KeyWords None;

    /// <summary>The first word behind the name.</summary>
    public static readonly KeyWords One = new(1, 1, 1);

    /// <summary>All words behind the name.</summary>
    public static readonly KeyWords All = new(1, -1, 1);

    /// <summary>Every other word, from the first behind the name on: key value key value.</summary>
    public static readonly KeyWords Pairs = new(1, -1, 2);
}
