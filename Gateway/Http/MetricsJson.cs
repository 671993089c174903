using System.Text.Json.Serialization;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Http;

/// <summary>JSON of the reports, generated at build time: reflection would cost the first request some 50 ms.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(MetricsReport))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class MetricsJson : JsonSerializerContext;
