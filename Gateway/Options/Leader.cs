namespace OrleansKv.Gateway.Options;

/// <summary>Where the server that this one follows is reached.</summary>
/// <param name="Host">Name or address; empty for none.</param>
/// <param name="Port">Its port for clients.</param>
public sealed record Leader(string Host, int Port)
{
    public static readonly Leader None = new("", 0);

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
