using System.Globalization;
using System.Text;

namespace OrleansKv.Gateway.Http;

/// <summary>
/// Writes Prometheus text 0.0.4, or OpenMetrics 1.0.0. A family is begun once (HELP, TYPE) and its samples follow.
/// <code>
/// # HELP name text      text: \ and newline escaped
/// # TYPE name type
/// name{label="value"} number
/// # EOF                 OpenMetrics alone
/// </code>
/// Source: prometheus.io/docs/instrumenting/exposition_formats and the OpenMetrics specification. The two differ in that a counter's
/// family is named without <c>_total</c> in OpenMetrics.
/// </summary>
internal sealed class PrometheusText(bool openMetrics)
{
    private const string Prefix = "orleanskv_";
    private readonly StringBuilder _text = new(16 * 1024);

    public void Gauge(string name, string help, double value)
    {
        Begin(name, "gauge", help);
        Sample(name, value);
    }

    /// <summary>A gauge that is left out when there is nothing to say.</summary>
    public void Gauge(string name, string help, double? value)
    {
        if (value is { } known) Gauge(name, help, known);
    }

    /// <param name="name">Ends in <c>_total</c>.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="value">Never goes down.</param>
    public void Counter(string name, string help, double value)
    {
        Begin(name, "counter", help);
        Sample(name, value);
    }

    public void Begin(string name, string type, string help)
    {
        string family = openMetrics && type == "counter" ? name[..^"_total".Length] : name;
        _text.Append("# HELP ").Append(Prefix).Append(family).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(Prefix).Append(family).Append(' ').Append(type).Append('\n');
    }

    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(Prefix).Append(name);
        if (labels.Length > 0)
        {
            char before = '{';
            foreach ((string label, string labelValue) in labels)
            {
                _text.Append(before).Append(label).Append("=\"").Append(Escape(labelValue)).Append('"');
                before = ',';
            }

            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    public string Finish() => (openMetrics ? _text.Append("# EOF\n") : _text).ToString();

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
