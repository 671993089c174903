using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansKv.Bench.Report;

/// <summary>How a report is written as JSON: camelCase, enums by name, no value that JSON lacks. Any thread.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static string Of<T>(T report) => JsonSerializer.Serialize(report, Style) + "\n";
}
