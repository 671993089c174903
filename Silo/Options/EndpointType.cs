using System.Net;
using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Silo.Options;

/// <summary>An address with a port, <c>10.0.0.1:11111</c>, <c>[::1]:11111</c> or <c>localhost:11111</c>; empty for none.</summary>
internal sealed class EndpointType : ISettingType
{
    public string Placeholder => "HOST:PORT";

    public string Allowed => "an address or a name with a port, such as 10.0.0.1:11111";

    public string Range => "";

    public bool TryParse(string text, out object value)
    {
        value = text;
        return text.Length == 0 || Resolve(text) is not null;
    }

    public string Format(object value) => (string)value;

    public string? ParseConfig(string text, out object value) => TryParse(text, out value) ? null : $"argument must be {Allowed}";

    public string FormatConfig(object value) => (string)value;

    /// <summary>Null when it is no endpoint, or the name is not known.</summary>
    public static IPEndPoint? Resolve(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out ushort port) || port == 0) return null;
        if (IPEndPoint.TryParse(text, out IPEndPoint? endPoint)) return endPoint;
        try
        {
            IPAddress? address = Dns.GetHostAddresses(text[..colon]).OrderBy(a => a.AddressFamily).FirstOrDefault();
            return address is null ? null : new IPEndPoint(address, port);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }
    }
}
