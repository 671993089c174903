namespace OrleansKv.Gateway.PubSub;

/// <summary>What one session listens to. Changed by its own thread under the hub's lock.</summary>
internal sealed class Subscriptions
{
    public HashSet<ByteKey> Channels { get; } = [];

    public HashSet<ByteKey> Patterns { get; } = [];

    public int Count => Channels.Count + Patterns.Count;
}
