using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Options;

/// <summary>What parsing came to.</summary>
/// <param name="Action">What to do now.</param>
/// <param name="Values">With <see cref="OptionAction.Run"/>: a value and its source for each setting.</param>
/// <param name="ConfigFile">The JSON file that was read, as it was named; null for none.</param>
/// <param name="Error">With <see cref="OptionAction.Refuse"/>: one line.</param>
public sealed record OptionResult(OptionAction Action, SettingValues? Values, string? ConfigFile, string? Error)
{
    public static OptionResult Refuse(string error) => new(OptionAction.Refuse, null, null, error);
}
