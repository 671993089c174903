using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>The answer to a <see cref="DigestRequest"/>, or what a follower says unasked that knows that its copy is no good.</summary>
/// <param name="Epoch">The leader's tenure.</param>
/// <param name="At">The request's; the end of the log where nobody asked.</param>
/// <param name="Digest">Null when it could not be taken at that position.</param>
/// <param name="IsDiverged">The copy is known to differ from the others': it needs the whole state.</param>
public sealed record DigestReply(Epoch Epoch, LogPosition At, StateDigest? Digest, bool IsDiverged) : IReplicaMessage;
