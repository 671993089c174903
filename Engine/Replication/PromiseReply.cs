using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>
/// The answer to <see cref="PromiseRequest"/>; it leaves when the promise is flushed, and no lease of another leader runs.
/// </summary>
/// <param name="Epoch">The epoch that was asked for.</param>
/// <param name="Promised">What is promised: the same, or a higher one, which refuses it.</param>
/// <param name="Head">The replica's log.</param>
/// <param name="MayHaveLostTail">It may lack records that it has acknowledged.</param>
public sealed record PromiseReply(Epoch Epoch, Epoch Promised, LogHead Head, bool MayHaveLostTail) : IReplicaMessage;
