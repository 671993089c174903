using System.Text;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// Letters of <c>notify-keyspace-events</c> (<see cref="string"/>) in Redis' order: classes, or <c>A</c> for all of them, then
/// <c>K E m n</c>. (Redis 7.0 drops <c>n</c> beside <c>A</c>; 7.2 and we keep it.)
/// </summary>
public sealed class KeyspaceEventsType : ISettingType
{
    private const string Classes = "g$lshzxetd";
    private const string Others = "KEmn";

    public string Placeholder => "LETTERS";

    public string Allowed => "letters of Ag$lshzxeKEtmdn";

    public string Range => "";

    public bool TryParse(string text, out object value)
    {
        value = "";
        if (text.Any(letter => letter != 'A' && !Classes.Contains(letter) && !Others.Contains(letter))) return false;
        bool all = text.Contains('A') || Classes.All(text.Contains);
        var canonical = new StringBuilder(all ? "A" : "");
        if (!all) canonical.Append(string.Concat(Classes.Where(text.Contains)));
        canonical.Append(string.Concat(Others.Where(text.Contains)));
        value = canonical.ToString();
        return true;
    }

    public string Format(object value) => (string)value;

    public string? ParseConfig(string text, out object value) =>
        TryParse(text, out value) ? null : "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";

    public string FormatConfig(object value) => (string)value;
}
