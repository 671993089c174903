using System.Text.Json;
using Orleans.Storage;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>JSON by System.Text.Json, which makes no abstract types and sets no property without a setter.</summary>
internal sealed class PlainJsonSerializer : IGrainStorageSerializer
{
    /// <summary>Called for each read.</summary>
    public Action Reading { get; init; } = static () => { };

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T? Deserialize<T>(BinaryData input)
    {
        Reading();
        return JsonSerializer.Deserialize<T>(input.ToArray());
    }
}
