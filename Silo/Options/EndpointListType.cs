using System.Net;
using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Silo.Options;

/// <summary>
/// Addresses with ports, between commas: <c>10.0.0.1:11111,[::1]:11111,localhost:11111</c>; empty for none. Names are looked up when they
/// are used, for a name server may know them later.
/// </summary>
internal sealed class EndpointListType : ISettingType
{
    /// <summary>Each is asked at the start; nobody needs more.</summary>
    private const int MaxCount = 16;

    /// <summary>A silo's registers are 10000 above its port.</summary>
    private const int MaxPort = ushort.MaxValue - SiloOptions.ControlPortOffset;

    public string Placeholder => "HOST:PORT,...";

    public string Allowed => "addresses or names with ports between commas, such as 10.0.0.1:11111";

    public string Range => "";

    public bool TryParse(string text, out object value)
    {
        var places = new List<DnsEndPoint>();
        value = places;
        foreach (string word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int colon = word.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(word.AsSpan(colon + 1), out ushort port) || port is 0 or > MaxPort) return false;
            string host = word[..colon];
            if (host.StartsWith('[') != host.EndsWith(']')) return false;
            places.Add(new DnsEndPoint(host.Trim('[', ']'), port));
        }

        return places.Count <= MaxCount;
    }

    public string Format(object value) => string.Join(',', ((List<DnsEndPoint>)value).Select(Text));

    public string? ParseConfig(string text, out object value) => TryParse(text, out value) ? null : $"argument must be {Allowed}";

    public string FormatConfig(object value) => Format(value);

    /// <summary>One of them, as a flag has it.</summary>
    public static string Text(DnsEndPoint place) =>
        place.Host.Contains(':', StringComparison.Ordinal) ? $"[{place.Host}]:{place.Port}" : $"{place.Host}:{place.Port}";
}
