using Orleans.Runtime;

namespace OrleansKv.Grains.Routing;

/// <summary>What became of a call to a shard, for gateways and clients alike: one reading of replies and of failures.</summary>
/// <param name="Fate">Whether it ran.</param>
/// <param name="Problem">What was wrong, for a person; empty when it is done.</param>
internal readonly record struct CallOutcome(CallFate Fate, string Problem = "")
{
    /// <summary>
    /// Time between tries of a call whose shard is on its way to another node, ms: it is served nowhere for some tens of ms.
    /// </summary>
    public const int RetryMs = 5;

    /// <summary>Whether nobody knows if the call's changes were made, or if they survive: whoever changes something is told that.</summary>
    public bool IsUnknown => Fate is CallFate.JournalFailed or CallFate.NoReplicas or CallFate.Lost or CallFate.NoAnswer;

    public static CallOutcome Of(ShardReply reply) => reply.Status switch
    {
        ShardStatus.Done => new(CallFate.Done),
        ShardStatus.Moved => new(CallFate.Moved, "the shard has another home"),
        ShardStatus.Fenced or ShardStatus.Retry => new(CallFate.Again, "the shard is on its way to another node"),
        ShardStatus.Refused => new(CallFate.Refused, reply.Problem ?? "the shard cannot read the batch"),
        ShardStatus.NoReplicas => new(CallFate.NoReplicas, "not enough good replicas to write"),
        ShardStatus.Unconfirmed => new(CallFate.Unconfirmed, "too few replicas answer for its node to know that it still leads the shard"),
        ShardStatus.Deposed => new(CallFate.Lost, "the shard has another leader meanwhile"),
        _ => new(CallFate.JournalFailed, reply.Problem ?? ""),
    };

    /// <summary>The same of a call that threw.</summary>
    public static CallOutcome Of(Exception failure) => failure switch
    {
        ShardUnavailableException => new(CallFate.Unavailable, failure.Message),
        { InnerException: ShardUnavailableException cause } => new(CallFate.Unavailable, cause.Message),
        _ when ConnectionFailure.Is(failure) => new(CallFate.NotSent, "its node cannot be reached"),
        _ when StoppingFailure.Is(failure) => new(CallFate.Unavailable, "its node is stopping"),
        ShardReplacedException => new(CallFate.Lost, failure.Message),
        SiloUnavailableException => new(CallFate.Lost, "the shard's node went down"),
        TimeoutException => new(CallFate.NoAnswer, "the shard's node did not answer in time"),
        _ => new(CallFate.NoAnswer, $"the call to the shard failed ({failure.GetType().Name})"),
    };
}
