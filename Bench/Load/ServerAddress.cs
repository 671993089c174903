using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>A server's address, as the command line names it.</summary>
internal sealed record ServerAddress(string Host, int Port)
{
    /// <summary>The options of the one server, or the first.</summary>
    public const string MainOptions = "--host and --port";

    /// <summary>HOST:PORT, or [IPV6]:PORT.</summary>
    public static ServerAddress Parse(string option, string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon > 0 ? text[..colon].Trim('[', ']') : "";
        return host.Length > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and < 65536
            ? new ServerAddress(host, port)
            : throw new UsageException($"{option} '{text}': must be HOST:PORT with a port from 1 to 65535.");
    }

    /// <summary>Resolves the name once, so that no connection of a run pays for it.</summary>
    public IPEndPoint Resolve()
    {
        try
        {
            IPAddress[] found = IPAddress.TryParse(Host, out IPAddress? literal) ? [literal] : Dns.GetHostAddresses(Host);
            // "localhost" is often ::1 first while servers listen on 127.0.0.1 alone.
            IPAddress address = found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
            return new IPEndPoint(address, Port);
        }
        catch (SocketException e)
        {
            throw new BenchException($"Cannot resolve the host '{Host}': {e.Message}.");
        }
    }

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
