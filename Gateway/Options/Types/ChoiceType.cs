namespace OrleansKv.Gateway.Options.Types;

/// <summary>One of a few words for the members of an enum; any case.</summary>
public sealed class ChoiceType<T>(params (string Word, T Value)[] choices) : ISettingType
    where T : struct, Enum
{
    public string Placeholder => string.Join('|', choices.Select(c => c.Word));

    public string Allowed => "one of " + string.Join(", ", choices.Select(c => c.Word));

    public string Range => string.Join(", ", choices.Select(c => c.Word));

    public bool TryParse(string text, out object value)
    {
        foreach ((string word, T member) in choices)
        {
            if (!word.Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            value = member;
            return true;
        }

        value = default(T);
        return false;
    }

    public string Format(object value) => choices.First(c => c.Value.Equals(value)).Word;

    public string? ParseConfig(string text, out object value) => TryParse(text, out value)
        ? null
        : "argument(s) must be one of the following: " + string.Join(", ", choices.Select(c => c.Word));

    public string FormatConfig(object value) => Format(value);
}
