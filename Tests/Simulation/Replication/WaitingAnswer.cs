using OrleansKv.Protocol;

namespace OrleansKv.Simulation.Replication;

/// <summary>A client's answer that waits.</summary>
/// <param name="Position">What must be committed before.</param>
/// <param name="Tenure">The epoch in which the node must still serve.</param>
/// <param name="ConfirmedAt">The time at which the node must have been the leader by its followers' answers; null: nobody asks.</param>
/// <param name="Answer">Sends it.</param>
internal sealed record WaitingAnswer(LogPosition Position, Epoch Tenure, TimeSpan? ConfirmedAt, Action Answer);
