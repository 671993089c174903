using System.Net;
using System.Net.Sockets;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// Addresses to listen on (<see cref="IPAddress"/>[], at least one, none twice), between commas; <c>localhost</c> is 127.0.0.1 and
/// <c>*</c> is 0.0.0.0. Host names are not looked up: what a server listens on must not hang on a name server.
/// </summary>
public sealed class AddressListType : ISettingType
{
    /// <summary>Each address is a listening socket; nobody needs more, and a list must have a bound.</summary>
    public const int MaxCount = 16;

    public string Placeholder => "ADDRESS,...";

    public string Allowed => "IP addresses between commas (localhost is 127.0.0.1, * is 0.0.0.0)";

    public string Range => "IP addresses, localhost or * for all of IPv4";

    public bool TryParse(string text, out object value) => TryRead(text.Split(','), out value);

    public string Format(object value) => string.Join(',', (IPAddress[])value);

    public string? ParseConfig(string text, out object value) => TryRead(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), out value)
        ? null
        : "Failed to bind to specified addresses.";

    public string FormatConfig(object value) => string.Join(' ', (IPAddress[])value);

    private static bool TryRead(string[] words, out object value)
    {
        var addresses = new List<IPAddress>();
        value = Array.Empty<IPAddress>();
        foreach (string word in words)
        {
            if (!TryReadOne(word.Trim(), out IPAddress? address)) return false;
            if (!addresses.Contains(address)) addresses.Add(address);
        }

        if (addresses.Count is 0 or > MaxCount) return false;
        value = addresses.ToArray();
        return true;
    }

    /// <summary>IPAddress.TryParse also takes "1" and "127.1": here only all four parts, or IPv6.</summary>
    private static bool TryReadOne(string word, out IPAddress address)
    {
        address = IPAddress.None;
        if (word == "*") address = IPAddress.Any;
        else if (word.Equals("localhost", StringComparison.OrdinalIgnoreCase)) address = IPAddress.Loopback;
        else if (!IPAddress.TryParse(word, out IPAddress? read) || word.StartsWith('[')) return false;
        else if (read.AddressFamily == AddressFamily.InterNetwork && read.ToString() != word) return false;
        else address = read;
        return true;
    }
}
