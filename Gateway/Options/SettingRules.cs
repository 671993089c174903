using System.Net;

namespace OrleansKv.Gateway.Options;

/// <summary>Combinations that cannot be. Pure; used at start and by CONFIG SET.</summary>
public static class SettingRules
{
    /// <summary>One line that names the values and where they came from; null when all is well.</summary>
    public static string? Check(SettingValues values)
    {
        string cert = values.Get<string>("tls-cert"), key = values.Get<string>("tls-key");
        if (cert.Length > 0 && key.Length == 0)
            return $"{values.SourceOf("tls-cert").Where}: a certificate needs its key: set --tls-key too";
        if (key.Length > 0 && cert.Length == 0)
            return $"{values.SourceOf("tls-key").Where}: a key needs its certificate: set --tls-cert too";

        long port = values.Get<long>("port");
        if (port == values.Get<long>("http-port"))
        {
            return $"port ({values.SourceOf("port").Where}) and http-port ({values.SourceOf("http-port").Where}) are both {port}: they "
                + $"must differ; --http-port 0 is no HTTP";
        }

        if (!values.Get<bool>("protected-mode") || values.Get<string>("requirepass").Length > 0) return null;
        foreach (IPAddress address in values.Get<IPAddress[]>("bind"))
        {
            if (IPAddress.IsLoopback(address)) continue;
            return $"{values.SourceOf("bind").Where}: {address} lets other machines in without a password: set --requirepass, or allow "
                + $"it with --protected-mode no";
        }

        return null;
    }
}
