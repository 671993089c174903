using Microsoft.Net.Http.Headers;

namespace OrleansKv.Gateway.Http;

/// <summary>Chooses the format of /metrics: the query, else the Accept that weighs most, else JSON. Pure.</summary>
internal static class MetricsFormats
{
    public const string JsonType = "application/json; charset=utf-8";

    /// <summary>Media ranges looked at; Prometheus sends five.</summary>
    private const int MaxRanges = 32;

    public static string ContentType(MetricsFormat format) => format switch
    {
        MetricsFormat.Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        MetricsFormat.OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        _ => JsonType,
    };

    /// <summary>Null for a <paramref name="query"/> that names no format.</summary>
    public static MetricsFormat? Choose(string? query, IList<string?> accept) => query?.ToLowerInvariant() switch
    {
        null or "" => ByAccept(accept),
        "json" => MetricsFormat.Json,
        "prometheus" => MetricsFormat.Prometheus,
        "openmetrics" => MetricsFormat.OpenMetrics,
        _ => null,
    };

    private static MetricsFormat ByAccept(IList<string?> accept)
    {
        MetricsFormat best = MetricsFormat.Json;
        double weight = 0;
        if (!MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out IList<MediaTypeHeaderValue>? ranges)) return best;
        foreach (MediaTypeHeaderValue range in ranges.Take(MaxRanges))
        {
            MetricsFormat? offered = range.MediaType.Value?.ToLowerInvariant() switch
            {
                "application/json" or "application/*" or "*/*" => MetricsFormat.Json,
                "text/plain" or "text/*" => MetricsFormat.Prometheus,
                "application/openmetrics-text" => MetricsFormat.OpenMetrics,
                _ => null,
            };
            double quality = range.Quality ?? 1;
            if (offered is null || quality <= weight) continue;
            (best, weight) = (offered.Value, quality);
        }

        return best;
    }
}
