using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>
/// Gives every port that a document names a free one of this machine, in commands, in what they print and in programs, so that the
/// documents' examples run beside whatever else uses 9090. One thread.
/// </summary>
internal sealed partial class PortMap
{
    /// <summary>The ports that a server takes when none is named, and the variables that move it.</summary>
    private static readonly (string Port, string Variable)[] Defaults =
    [
        ("9090", "ORLEANSKV_PORT"), ("9100", "ORLEANSKV_HTTP_PORT"), ("11111", "ORLEANSKV_SILO_PORT"), ("30000", "ORLEANSKV_GATEWAY_PORT"),
    ];

    private readonly Dictionary<string, string> _free = new(StringComparer.Ordinal);

    /// <param name="texts">All that the ports are looked for in.</param>
    public PortMap(IEnumerable<string> texts)
    {
        string[] named = [.. Defaults.Select(d => d.Port), .. texts.SelectMany(t => Named().Matches(t)).Select(m => m.Groups[1].Value)];
        string[] distinct = [.. named.Distinct(StringComparer.Ordinal)];
        TcpListener[] held = [.. distinct.Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in held) listener.Start(); // all at once: no port is given twice
        for (int i = 0; i < held.Length; i++)
            _free[distinct[i]] = ((IPEndPoint)held[i].LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        foreach (TcpListener listener in held) listener.Stop();
    }

    /// <summary>What moves a server away from its default ports. The server of one process does not know the last two.</summary>
    public IEnumerable<(string Variable, string Port)> Variables(bool isSilo) =>
        Defaults.Take(isSilo ? 4 : 2).Select(d => (d.Variable, _free[d.Port]));

    public string this[string port] => _free[port];

    public string Apply(string text) => Number().Replace(text, m => _free.GetValueOrDefault(m.Value, m.Value));

    [GeneratedRegex(@"(?:-p |[pP]ort[ =]|[pP]ort: |127\.0\.0\.1:|localhost:)(\d{4,5})\b")]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<![\d.,])\d{4,5}(?![\d,]|\.\d)")]
    private static partial Regex Number();
}
