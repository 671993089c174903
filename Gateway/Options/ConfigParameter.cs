using System.Globalization;
using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Gateway.Options;

/// <summary>One name that CONFIG knows: a setting under Redis' name or ours, or a name of Redis' that has one value here.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Index">Row of the setting; -1 for a constant.</param>
/// <param name="Type">How CONFIG reads and writes it under this name; null for a constant.</param>
/// <param name="Change">Whether CONFIG SET may change it.</param>
/// <param name="Constant">The constant's value.</param>
internal sealed record ConfigParameter(string Name, int Index, ISettingType? Type, SettingChange Change, string Constant)
{
    private static readonly MemoryType Sizes = new(0, long.MaxValue);

    public static List<ConfigParameter> Of(SettingTable table, bool isCluster)
    {
        var all = new List<ConfigParameter>();
        for (int i = 0; i < table.All.Count; i++)
        {
            Setting setting = table.All[i];
            if (setting.IsSecret) continue;
            if (setting.RedisName is { } redis)
            {
                all.Add(new(redis, i, setting.RedisType ?? setting.Type, setting.Change, ""));
            }

            if (setting.RedisAlias is { } alias) all.Add(new(alias, i, setting.RedisType ?? setting.Type, setting.Change, ""));
            if (setting.RedisName != setting.Name) all.Add(new(setting.Name, i, setting.Type, setting.Change, ""));
        }

        HashSet<string> settings = [.. all.Select(p => p.Name)];
        all.AddRange(FixedParameters.Of(isCluster).Where(p => !settings.Contains(p.Name)));
        return all;
    }

    /// <summary>
    /// Redis lets it be set while it runs, and this server does not: CONFIG SET takes what is so (<c>appendonly yes</c>).
    /// </summary>
    public bool IsSettableInRedis => Name is "appendonly" or "bind" or "port" or "tls-cert-file" or "tls-key-file" or "repl-backlog-size";

    /// <summary>A name with one value: CONFIG SET takes that value and no other.</summary>
    public static ConfigParameter Fixed(string name, string value, SettingChange change) => new(name, -1, null, change, value);

    /// <summary>A constant that means nothing here, and that CONFIG SET may set to any value of its kind.</summary>
    public bool IsTuning { get; init; }

    /// <summary>A value for a constant that may be set, as CONFIG GET shows it; or Redis' reason why it is none.</summary>
    public string? ParseTuning(string value, out string shown)
    {
        shown = value.ToLowerInvariant();
        if (Constant is "yes" or "no") return shown is "yes" or "no" ? null : "argument must be 'yes' or 'no'";
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) return null;
        if (!Sizes.TryParse(value, out object bytes)) return "argument couldn't be parsed into an integer";
        shown = ((long)bytes).ToString(CultureInfo.InvariantCulture);
        return null;
    }

    /// <summary>Whether CONFIG SET of a constant asks for what is so; sizes in any of Redis' spellings (64mb).</summary>
    public bool IsAlready(string value) => value.Equals(Constant, StringComparison.OrdinalIgnoreCase)
        || (long.TryParse(Constant, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long size)
            && Sizes.TryParse(value, out object asked) && (long)asked == size);

    public string Read(SettingValues values) => Type is null ? Constant : Type.FormatConfig(values[Index]);
}
