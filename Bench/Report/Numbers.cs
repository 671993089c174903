using System.Runtime.CompilerServices;

namespace OrleansKv.Bench.Report;

/// <summary>How numbers are written for people: the same everywhere, whatever the machine's language. Any thread.</summary>
internal static class Numbers
{
    /// <summary>A text with numbers in it; the program runs in the invariant culture (<c>InvariantGlobalization</c>).</summary>
    public static string Text(DefaultInterpolatedStringHandler text) => text.ToStringAndClear();

    /// <summary>950, 12.3k, 123k, 1.23M.</summary>
    public static string Short(double value) => value switch
    {
        >= 1e6 => Text($"{value / 1e6:0.##}M"),
        >= 1e5 => Text($"{value / 1e3:0}k"),
        >= 1e3 => Text($"{value / 1e3:0.#}k"),
        _ => Text($"{value:0.#}"),
    };

    public static string Duration(double micros) => micros switch
    {
        >= 1e6 => Text($"{micros / 1e6:0.##}\u00a0s"),
        >= 1e5 => Text($"{micros / 1e3:0}\u00a0ms"),
        >= 1e3 => Text($"{micros / 1e3:0.##}\u00a0ms"),
        >= 100 => Text($"{micros:0}\u00a0µs"),
        _ => Text($"{micros:0.#}\u00a0µs"),
    };
}
