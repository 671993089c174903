using OrleansKv.Bench.Histories.Validation;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>What a client has asked and what came of it.</summary>
/// <param name="Key">Of which key.</param>
/// <param name="Process">The client, which goes on under another number behind an operation whose outcome it does not know.</param>
/// <param name="Called">When it was about to be sent, since the traffic began.</param>
/// <param name="Returned">When the answer was there, or the client gave up.</param>
/// <param name="Outcome">What the client knows.</param>
/// <param name="Operation">As the models understand it.</param>
/// <param name="Error">The error that was answered, or why there was no answer; null when it was done.</param>
internal sealed record RecordedOperation(
    TrafficKey Key, int Process, TimeSpan Called, TimeSpan Returned, OperationOutcome Outcome, KeyOperation Operation, string? Error);
