using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>Shows our one output limit in the form of Redis' <c>client-output-buffer-limit</c>. Read-only: Redis' classes cannot be told apart here.</summary>
public sealed class OutputLimitType : ISettingType
{
    public string Placeholder => "LIMITS";

    public string Allowed => "nothing: set output-limit";

    public string Range => "";

    public bool TryParse(string text, out object value)
    {
        value = 0L;
        return false;
    }

    public string Format(object value) => FormatConfig(value);

    public string? ParseConfig(string text, out object value)
    {
        value = 0L;
        return "can't set immutable config";
    }

    public string FormatConfig(object value) =>
        string.Create(CultureInfo.InvariantCulture, $"normal {(long)value} 0 0 slave {(long)value} 0 0 pubsub {(long)value} 0 0");
}
