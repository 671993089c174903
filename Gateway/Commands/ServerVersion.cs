namespace OrleansKv.Gateway.Commands;

/// <summary>Versions that clients see.</summary>
internal static class ServerVersion
{
    /// <summary>The Redis version whose commands and replies we follow; clients switch features on by it.</summary>
    public const string Redis = "7.0.15";

    public static readonly string Own = typeof(ServerVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
