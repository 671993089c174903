namespace OrleansKv.Gateway.Options;

/// <summary>Where a server to follow is reached.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Its port for clients.</param>
public sealed record Leader(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
