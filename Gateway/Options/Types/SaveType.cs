using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// Redis' <c>save</c> for the one interval (<see cref="long"/>, seconds) that we have: <c>"300 1"</c>, or <c>""</c> for never. Of
/// several points the shortest counts, so that a snapshot is taken at least as often as was asked.
/// </summary>
public sealed class SaveType : ISettingType
{
    private const string Invalid = "Invalid save parameters";

    public string Placeholder => "SECONDS CHANGES";

    public string Allowed => "pairs of seconds and changes";

    public string Range => "";

    public bool TryParse(string text, out object value) => ParseConfig(text, out value) is null;

    public string Format(object value) => FormatConfig(value);

    public string? ParseConfig(string text, out object value)
    {
        value = 0L;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length % 2 != 0) return Invalid;
        long shortest = long.MaxValue;
        for (int i = 0; i < words.Length; i += 2)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds < 1) return Invalid;
            if (!int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out _)) return Invalid;
            shortest = Math.Min(shortest, seconds);
        }

        value = words.Length == 0 ? 0 : shortest;
        return null;
    }

    public string FormatConfig(object value) => (long)value == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(long)value} 1");
}
