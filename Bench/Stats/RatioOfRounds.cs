namespace OrleansKv.Bench.Stats;

/// <summary>
/// How two servers compare over alternating rounds, A divided by B: <see cref="OfMedians"/> is the ratio of the two medians, <see
/// cref="Rounds"/> the ratio within each round (the two runs next to each other in time), whose least and greatest show how far the
/// machine's mood moves it. A plain value; any thread.
/// </summary>
internal sealed record RatioOfRounds(double OfMedians, double Min, double Max, double[] Rounds)
{
    public static RatioOfRounds Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double[] ratios = [.. a.Zip(b, Divide)];
        Spread spread = Spread.Of(ratios);
        return new RatioOfRounds(Divide(Spread.Of(a).Median, Spread.Of(b).Median), spread.Min, spread.Max, ratios);
    }

    // 0/0 and x/0 are "no ratio": JSON has no NaN, so 0.
    private static double Divide(double a, double b) => b == 0 ? 0 : a / b;
}
