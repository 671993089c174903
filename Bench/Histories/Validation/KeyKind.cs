namespace OrleansKv.Bench.Histories.Validation;

/// <summary>What a key holds, and so which operations it is given and which model checks it.</summary>
internal enum KeyKind
{
    /// <summary>One of many unique values at a time.</summary>
    Register,

    /// <summary>Unique tokens one behind the other: a read shows the order of all writes before it.</summary>
    Append,

    /// <summary>A number that is counted up by one.</summary>
    Counter,
}
