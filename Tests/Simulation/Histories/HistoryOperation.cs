namespace OrleansKv.Simulation.Histories;

/// <summary>One operation of a history, with what came of it.</summary>
/// <param name="Process">The client; its operations follow one another.</param>
/// <param name="Called">When it began.</param>
/// <param name="Returned">When its outcome was known; <see cref="TimeSpan.MaxValue"/> where it never was: it may take effect at any later
/// time.</param>
/// <param name="Operation">What was asked and answered, in the model's terms.</param>
public sealed record HistoryOperation<TOperation>(int Process, TimeSpan Called, TimeSpan Returned, TOperation Operation);
