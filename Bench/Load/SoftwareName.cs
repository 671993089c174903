using System.Net;

namespace OrleansKv.Bench.Load;

/// <summary>What a server says that it is. Blocking; any thread.</summary>
internal static class SoftwareName
{
    /// <summary>"orleanskv 0.1.0" or "redis 7.0.15" from INFO; empty if it does not say.</summary>
    public static string Of(IPEndPoint endPoint, string? password, string namedBy = ServerAddress.MainOptions)
    {
        using var client = new ControlClient(endPoint, password, namedBy: namedBy);
        // Ours says redis_version too, for clients that look for it; its own name is in its own section, which Redis leaves empty.
        return client.Info("orleanskv", "orleanskv_version") is string ours
            ? $"orleanskv {ours}"
            : client.Info("server", "redis_version") is string redis ? $"redis {redis}"
            : "";
    }
}
