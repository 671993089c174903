using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>What a <see cref="GrainStateTable"/> answers.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Version">The stored version now; <see cref="LogPosition.None"/> when there is no such state.</param>
/// <param name="Value">The stored bytes, of a read; null when there is no such state.</param>
/// <param name="Reason">Why it was refused or is not known; null otherwise.</param>
internal readonly record struct StoredState(StateOutcome Outcome, LogPosition Version, byte[]? Value = null, string? Reason = null);
