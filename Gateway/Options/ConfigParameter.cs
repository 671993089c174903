using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Gateway.Options;

/// <summary>One name that CONFIG knows: a setting under Redis' name or ours, or a constant that clients ask for.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Index">Row of the setting; -1 for a constant.</param>
/// <param name="Type">How CONFIG reads and writes it under this name; null for a constant.</param>
/// <param name="Change">Whether CONFIG SET may change it.</param>
/// <param name="Constant">The constant's value.</param>
internal sealed record ConfigParameter(string Name, int Index, ISettingType? Type, SettingChange Change, string Constant)
{
    /// <summary>What clients read at connect or show, and what has one value here.</summary>
    private static readonly (string Name, string Value)[] Constants =
    [
        ("databases", "1"), // SELECT 0 alone; StackExchange.Redis and every GUI ask
        ("replica-read-only", "yes"), // StackExchange.Redis
        ("slave-read-only", "yes"),
        ("latency-tracking", "yes"),
        ("latency-tracking-info-percentiles", "50 99 99.9"),
    ];

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

            if (setting.RedisName != setting.Name) all.Add(new(setting.Name, i, setting.Type, setting.Change, ""));
        }

        all.Add(new ConfigParameter("cluster-enabled", -1, null, SettingChange.Immutable, isCluster ? "yes" : "no"));
        all.AddRange(Constants.Select(c => new ConfigParameter(c.Name, -1, null, SettingChange.Immutable, c.Value)));
        return all;
    }

    public string Read(SettingValues values) => Type is null ? Constant : Type.FormatConfig(values[Index]);
}
