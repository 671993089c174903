using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Latency;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>LATENCY GRAPH: a bar of four rows a sample, its age below it, written downwards. As Redis draws it; pure.</summary>
internal static class LatencyGraph
{
    private const int Columns = 80;
    private const int Rows = 4;
    private const string Levels = "_o#";

    public static string Draw(string name, LatencySeries series, long nowSeconds)
    {
        IReadOnlyList<LatencySample> samples = series.Samples;
        long high = samples.Max(s => s.Ms), low = samples.Min(s => s.Ms);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name} - high {high} ms, low {low} ms (all time high {series.MaxMs} ms)\n")
            .Append('-', Columns).Append('\n');
        for (int from = 0; from < samples.Count; from += Columns)
        {
            if (from > 0) text.Append('\n');
            LatencySample[] part = [.. samples.Skip(from).Take(Columns)];
            DrawBars(text, part, high, low);
            DrawLabels(text, [.. part.Select(s => Age(nowSeconds - s.UnixSeconds))]);
        }

        return text.ToString();
    }

    private static void DrawBars(StringBuilder text, LatencySample[] samples, long high, long low)
    {
        int steps = Levels.Length * Rows;
        long range = Math.Max(1, high - low);
        for (int row = 0; row < Rows; row++)
        {
            foreach (LatencySample sample in samples)
            {
                int step = (int)Math.Min((sample.Ms - low) * steps / range, steps - 1);
                int level = step - ((Rows - row - 1) * Levels.Length);
                text.Append(level < 0 ? ' ' : level < Levels.Length ? Levels[level] : '|');
            }

            text.Append('\n');
        }
    }

    private static void DrawLabels(StringBuilder text, string[] labels)
    {
        text.Append(' ', labels.Length).Append('\n');
        for (int i = 0; i < labels.Max(l => l.Length); i++)
        {
            foreach (string label in labels) text.Append(i < label.Length ? label[i] : ' ');
            text.Append('\n');
        }
    }

    private static string Age(long seconds) => seconds switch
    {
        < 60 => $"{Math.Max(0, seconds)}s",
        < 3600 => $"{seconds / 60}m",
        < 86_400 => $"{seconds / 3600}h",
        _ => $"{seconds / 86_400}d",
    };
}
