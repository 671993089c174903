using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Http;

/// <summary>What answers which path. A switch: six paths need no router. Any thread.</summary>
internal sealed class HttpRoutes(IMetricsSource source, HostCheck hosts)
{
    private const string Paths = "this server has /, /metrics, /health/live, /health/ready and /health/cluster\n";

    public Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        SetHeaders(context.Response.Headers);
        if (!hosts.Allows(request.Host.Host))
            return TextAsync(context, StatusCodes.Status403Forbidden,
                "this server listens on loopback and answers only to localhost, 127.0.0.1 and [::1] as Host\n");

        Func<HttpContext, Task>? answer = Route(request.Path.Value ?? "/");
        if (answer is null) return TextAsync(context, StatusCodes.Status404NotFound, "not found: " + Paths);
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return answer(context);
        context.Response.Headers.Allow = "GET, HEAD";
        return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "method not allowed: only GET and HEAD\n");
    }

    internal static Task TextAsync(HttpContext context, int status, string text) =>
        SendAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private Func<HttpContext, Task>? Route(string path) => path switch
    {
        "/" => PageAsync,
        "/metrics" => MetricsAsync,
        "/health/live" => LiveAsync,
        "/health/ready" => ReadyAsync,
        "/health/cluster" => ClusterAsync,
        _ => null,
    };

    private static Task PageAsync(HttpContext context)
    {
        // The page is one file: its own style and script, data from this server, nothing else, and in nobody's frame.
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri "
            + "'none'; form-action 'none'; frame-ancestors 'none'";
        return SendAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", StatusPage.Bytes);
    }

    private Task MetricsAsync(HttpContext context)
    {
        MetricsFormat? format = MetricsFormats.Choose(context.Request.Query["format"], context.Request.Headers.Accept);
        context.Response.Headers.Vary = "Accept";
        if (format is null) return TextAsync(context, StatusCodes.Status400BadRequest, "format must be json, prometheus or openmetrics\n");
        MetricsReport report = source.Collect();
        byte[] body = format == MetricsFormat.Json
            ? JsonSerializer.SerializeToUtf8Bytes(report, MetricsJson.Default.MetricsReport)
            : Encoding.UTF8.GetBytes(PrometheusReport.Write(report, format == MetricsFormat.OpenMetrics));
        return SendAsync(context, StatusCodes.Status200OK, MetricsFormats.ContentType(format.Value), body);
    }

    /// <summary>The process answers: that is all that "live" says, so that nobody restarts one that recovers.</summary>
    private static Task LiveAsync(HttpContext context) =>
        SendAsync(context, StatusCodes.Status200OK, MetricsFormats.JsonType, """{"ready":true,"state":"live"}"""u8.ToArray());

    /// <summary>
    /// Whether this process can take commands: for load balancers. A node of a cluster that does its part is ready while another one is
    /// down, for it serves all that can be served; the body says that something is missing.
    /// </summary>
    private Task ReadyAsync(HttpContext context) => HealthAsync(context, source.Health());

    /// <summary>Whether every slot is served: for alarms.</summary>
    private Task ClusterAsync(HttpContext context) => HealthAsync(context, source.WholeHealth());

    private static Task HealthAsync(HttpContext context, HealthReport health)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(health, MetricsJson.Default.HealthReport);
        return SendAsync(context, health.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            MetricsFormats.JsonType, body);
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }

    private static async Task SendAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
