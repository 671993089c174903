namespace OrleansKv.Simulation.Histories;

/// <summary>A set of operations of a history, by their places in it. Immutable; equal by content.</summary>
internal sealed class OperationSet : IEquatable<OperationSet>
{
    private readonly ulong[] _words;
    private readonly int _hash;

    public OperationSet(int operations)
        : this(new ulong[(operations + 63) / 64])
    {
    }

    private OperationSet(ulong[] words)
    {
        _words = words;
        var hash = new HashCode();
        foreach (ulong word in words) hash.Add(word);
        _hash = hash.ToHashCode();
    }

    public OperationSet With(int operation) => Flipped(operation, true);

    public OperationSet Without(int operation) => Flipped(operation, false);

    public bool Equals(OperationSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => Equals(obj as OperationSet);

    public override int GetHashCode() => _hash;

    private OperationSet Flipped(int operation, bool isIn)
    {
        ulong[] words = [.. _words];
        ulong bit = 1UL << (operation % 64);
        words[operation / 64] = isIn ? words[operation / 64] | bit : words[operation / 64] & ~bit;
        return new OperationSet(words);
    }
}
