namespace OrleansKv.Bench.Histories.Validation;

/// <summary>One operation on a key with what came of it, as the models understand it.</summary>
/// <param name="Action">What was asked.</param>
/// <param name="Written">What it writes; of an increment a name of its own, which is not sent. No two operations have the same. Null: it
/// reads.</param>
/// <param name="Seen">A read's value, null where the key was absent; a swap's and a compare-and-set's value before; the length or number
/// behind an append or an increment. Of an unknown outcome only that of a compare-and-set means something.</param>
/// <param name="IsKnown">False: nobody was told whether it took effect.</param>
internal sealed record KeyOperation(KeyAction Action, string? Written, string? Seen, bool IsKnown = true);
