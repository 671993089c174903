using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>A server to follow (<see cref="Leader"/>), or none: <c>host:port</c> as a flag, <c>host port</c> for CONFIG.</summary>
public sealed class LeaderType : ISettingType
{
    public string Placeholder => "HOST:PORT";

    public string Allowed => "a host and a port with a colon between, or nothing";

    public string Range => "";

    public bool TryParse(string text, out object value) => TryRead(text, ':', out value);

    public string Format(object value) => Join((Leader)value, ':');

    public string? ParseConfig(string text, out object value) => TryRead(text, ' ', out value) ? null : $"argument must be {Allowed}";

    public string FormatConfig(object value) => Join((Leader)value, ' ');

    private static string Join(Leader leader, char separator) => leader == Leader.None
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{leader.Host}{separator}{leader.Port}");

    private static bool TryRead(string text, char separator, out object value)
    {
        value = Leader.None;
        if (text.Length == 0) return true;
        int at = text.LastIndexOf(separator);
        if (at <= 0 || text.Any(char.IsControl)
            || !int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
            return false;
        value = new Leader(text[..at].Trim('[', ']'), port);
        return true;
    }
}
