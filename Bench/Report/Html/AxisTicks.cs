namespace OrleansKv.Bench.Report.Html;

/// <summary>Round numbers for an axis that begins at 0. No state; any thread.</summary>
internal static class AxisTicks
{
    /// <summary>0, s, 2s, ... with s of 1, 2 or 5 times a power of ten; the last is at least <paramref name="max"/>.</summary>
    public static double[] UpTo(double max, int about)
    {
        double step = StepOf(max, about);
        int count = (int)Math.Ceiling(max / step - 1e-9);
        return [.. Enumerable.Range(0, Math.Max(count, 1) + 1).Select(i => i * step)];
    }

    /// <summary>The same, but none beyond <paramref name="max"/>.</summary>
    public static double[] Within(double max, int about)
    {
        double step = StepOf(max, about);
        return [.. Enumerable.Range(0, (int)Math.Floor(max / step + 1e-9) + 1).Select(i => i * step)];
    }

    private static double StepOf(double max, int about)
    {
        if (max <= 0) return 1;
        double raw = max / about;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double factor = raw / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }
}
