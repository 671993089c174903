namespace OrleansKv.Grains;

/// <summary>A shard has no node that could serve it now; nothing has run. The gateway answers CLUSTERDOWN.</summary>
[GenerateSerializer, Alias("orleanskv.unavailable")]
public sealed class ShardUnavailableException : Exception
{
    public ShardUnavailableException()
    {
    }

    public ShardUnavailableException(string message)
        : base(message)
    {
    }

    public ShardUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
