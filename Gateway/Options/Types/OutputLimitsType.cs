using System.Globalization;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// <see cref="OutputLimits"/> in Redis' words: <c>limits = class hard soft seconds { class hard soft seconds }</c>, with single blanks; a
/// class that is not named keeps its limit. As a flag also one number of bytes: the hard limit of normal clients and of subscribers, 0
/// for none.
/// </summary>
/// <param name="takesBytes">Whether CONFIG SET takes one number of bytes, too, as Redis does not.</param>
public sealed class OutputLimitsType(bool takesBytes = false) : ISettingType
{
    private static readonly MemoryType Bytes = new(0, long.MaxValue);

    public string Placeholder => "LIMITS";

    public string Allowed => "classes (normal, replica, pubsub), each with a hard limit, a soft limit and seconds, as 'pubsub 32mb 8mb "
        + "60', or one hard limit for all, as 64mb; 0 is none";

    public string Range => "0 is none";

    public bool TryParse(string text, out object value)
    {
        if (TryHardLimit(text, OutputLimits.Default, out value)) return true;
        return ParseConfig(text, OutputLimits.Default, out value) is null && text.Length > 0;
    }

    public string Format(object value) =>
        Describe((OutputLimits)value, static bytes => bytes <= long.MaxValue ? Bytes.Format((long)bytes) : Number(bytes));

    public string? ParseConfig(string text, out object value) => ParseConfig(text, OutputLimits.Default, out value);

    public string? ParseConfig(string text, object current, out object value)
    {
        var limits = (OutputLimits)current;
        if (takesBytes && TryHardLimit(text, limits, out value)) return null;
        value = limits;
        if (text.Length == 0) return null;
        string[] words = text.Split(' ');
        if (words.Length % 4 != 0) return "Wrong number of arguments in buffer limit configuration.";
        for (int i = 0; i < words.Length; i += 4)
        {
            string name = words[i].ToLowerInvariant();
            if (name is not ("normal" or "slave" or "replica" or "pubsub"))
                return "Invalid client class specified in buffer limit configuration.";
            if (!TryBytes(words[i + 1], out ulong hard) || !TryBytes(words[i + 2], out ulong soft)
                || !TrySeconds(words[i + 3], out int seconds))
            {
                return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
            }

            var limit = new OutputLimit(hard, soft, seconds);
            limits = name switch
            {
                "normal" => limits with { Normal = limit },
                "pubsub" => limits with { PubSub = limit },
                _ => limits with { Replica = limit },
            };
        }

        value = limits;
        return null;
    }

    public string FormatConfig(object value) => Describe((OutputLimits)value, Number);

    private static string Describe(OutputLimits limits, Func<ulong, string> bytes)
    {
        return $"normal {One(limits.Normal)} slave {One(limits.Replica)} pubsub {One(limits.PubSub)}";
        string One(OutputLimit limit) =>
            $"{bytes(limit.HardBytes)} {bytes(limit.SoftBytes)} {limit.SoftSeconds.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Number(ulong bytes) => bytes.ToString(CultureInfo.InvariantCulture);

    private static bool TryHardLimit(string text, OutputLimits others, out object value)
    {
        value = others;
        if (!Bytes.TryParse(text, out object bytes)) return false;
        var limit = new OutputLimit((ulong)(long)bytes, 0, 0);
        value = others with { Normal = limit, PubSub = limit };
        return true;
    }

    private static bool TrySeconds(string word, out int seconds)
    {
        seconds = 0;
        return word.Length == 0
            || (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds) && seconds >= 0);
    }

    // An empty word is 0, and a number without a unit may have 64 bits, as in Redis.
    private static bool TryBytes(string word, out ulong bytes)
    {
        bytes = 0;
        if (word.Length == 0 || ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out bytes)) return true;
        bool isBytes = Bytes.TryParse(word, out object value);
        bytes = isBytes ? (ulong)(long)value : 0;
        return isBytes;
    }
}
