using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// Servers of which one is followed (<see cref="Leaders"/>), or none: <c>host:port,host:port</c> as a flag, <c>host port,host port</c> for
/// CONFIG, which is Redis' form where there is one.
/// </summary>
public sealed class LeaderType : ISettingType
{
    public string Placeholder => "HOST:PORT,...";

    public string Allowed => "a host and a port with a colon between, several of them with commas between, or nothing";

    public string Range => "";

    public bool TryParse(string text, out object value) => TryRead(text, ':', out value);

    public string Format(object value) => Join((Leaders)value, ':');

    public string? ParseConfig(string text, out object value) => TryRead(text, ' ', out value) ? null : $"argument must be {Allowed}";

    public string FormatConfig(object value) => Join((Leaders)value, ' ');

    private static string Join(Leaders leaders, char separator) =>
        string.Join(',', leaders.All.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Host}{separator}{l.Port}")));

    private static bool TryRead(string text, char separator, out object value)
    {
        value = Leaders.None;
        if (text.Length == 0) return true;
        string[] parts = text.Split(',');
        var leaders = new List<Leader>();
        foreach (string part in parts)
        {
            if (!TryReadOne(part.Trim(), separator, out Leader leader)) return false;
            leaders.Add(leader);
        }

        value = new Leaders(leaders);
        return leaders.Count <= Leaders.MaxCount && leaders.Distinct().Count() == leaders.Count;
    }

    private static bool TryReadOne(string text, char separator, out Leader leader)
    {
        leader = new Leader("", 0);
        int at = text.LastIndexOf(separator);
        if (at <= 0 || text.Any(char.IsControl)
            || !int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
            return false;
        leader = new Leader(text[..at].Trim('[', ']'), port);
        return true;
    }
}
