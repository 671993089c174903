using System.Text.Json.Serialization;

namespace OrleansKv.Gateway.Metrics.Reports;

/// <summary>One command over all workers.</summary>
public sealed record CommandReport(string Name, long Failed, long Rejected, [property: JsonIgnore] HistogramSnapshot Histogram)
{
    public long Calls => Histogram.Count;

    public double TotalUs => Histogram.TotalNs / 1000.0;

    public double MeanUs => Calls == 0 ? 0 : TotalUs / Calls;

    public double P50Us => Us(0.50);

    public double P95Us => Us(0.95);

    public double P99Us => Us(0.99);

    public double P999Us => Us(0.999);

    public double MaxUs => Histogram.MaxNs / 1000.0;

    private double Us(double share) => Histogram.QuantileNs(share) / 1000.0;
}
