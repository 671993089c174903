// Owns: how numbers are written for people: the same everywhere, whatever the machine's language. Any thread.
using System.Globalization;

namespace OrleansKv.Bench.Report.Html;

internal static class Numbers
{
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

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
