namespace OrleansKv.Bench.Histories.Validation;

/// <summary>A register's value, and how many operations that saw it have not taken effect yet.</summary>
internal readonly record struct RegisterState(string? Value, int Unseen);
