using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>What a node remembers of one replica beside its log: a row of <see cref="ReplicaPromisesFile"/>.</summary>
/// <param name="Promised">The highest epoch that was promised.</param>
/// <param name="MayHaveLostTail">Whether acknowledged records may be missing from the end of the log.</param>
internal readonly record struct ReplicaPromise(Epoch Promised, bool MayHaveLostTail);
