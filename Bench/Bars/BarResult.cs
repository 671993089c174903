using System.Globalization;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Bars;

/// <summary>One line of the table with its figures. Immutable; any thread.</summary>
internal sealed record BarResult
{
    public required string Name { get; init; }
    public required string What { get; init; }

    /// <summary>What must be reached, in words.</summary>
    public required string Bar { get; init; }
    public required string Unit { get; init; }
    public required Spread Ours { get; init; }
    public required Spread Redis { get; init; }

    /// <summary>Ours divided by what it is measured against (Redis; or ours without a snapshot).</summary>
    public required RatioOfRounds? Ratio { get; init; }
    public required bool Pass { get; init; }
    public required double[] OursRounds { get; init; }
    public required double[] RedisRounds { get; init; }
    public string Note { get; init; } = "";

    /// <summary>Set instead of figures when the line could not be measured.</summary>
    public string? Failure { get; init; }

    public static BarResult AtLeast(string name, string what, string unit, double limit, double[] ours, double[] redis, string note = "")
    {
        RatioOfRounds ratio = RatioOfRounds.Of(ours, redis);
        return Of(name, what, unit, string.Create(CultureInfo.InvariantCulture, $"at least {limit:0.0}x"), ours, redis, ratio,
            ratio.OfMedians >= limit,
            note);
    }

    public static BarResult AtMost(string name, string what, string unit, double limit, double[] ours, double[] redis, string note = "")
    {
        RatioOfRounds ratio = RatioOfRounds.Of(ours, redis);
        return Of(name, what, unit, string.Create(CultureInfo.InvariantCulture, $"at most {limit:0.0#}x"), ours, redis, ratio,
            ratio.OfMedians <= limit,
            note);
    }

    public static BarResult Of(
        string name, string what, string unit, string bar, double[] ours, double[] redis, RatioOfRounds? ratio, bool pass,
        string note = "") => new()
        {
            Name = name,
            What = what,
            Bar = bar,
            Unit = unit,
            Ours = Spread.Of(ours),
            Redis = Spread.Of(redis),
            Ratio = ratio,
            Pass = pass,
            OursRounds = ours,
            RedisRounds = redis,
            Note = note,
        };

    public static BarResult Failed(string name, string failure) => new()
    {
        Name = name,
        What = "",
        Bar = "",
        Unit = "",
        Ours = default,
        Redis = default,
        Ratio = null,
        Pass = false,
        OursRounds = [],
        RedisRounds = [],
        Failure = failure,
    };
}
