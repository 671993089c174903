using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrleansKv.Client;

/// <summary>
/// The default: <see cref="string"/> (UTF-8), <c>byte[]</c>, <see cref="Memory{T}"/> and <see cref="ReadOnlyMemory{T}"/> of bytes as they
/// are, all else as JSON. Integers are what counters and Redis clients write.
/// </summary>
/// <param name="options">How JSON is written and read; with a source-generated resolver nothing is reflected. Null for the web
/// defaults.</param>
public sealed class JsonValueSerializer(JsonSerializerOptions? options = null) : IValueSerializer
{
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private readonly JsonSerializerOptions _options = options ?? JsonSerializerOptions.Web;

    /// <inheritdoc/>
    public void Serialize<T>(T value, IBufferWriter<byte> output)
    {
        switch (value)
        {
            case string text: Encoding.UTF8.GetBytes(text, output); break;
            case byte[] bytes: output.Write(bytes); break;
            case ReadOnlyMemory<byte> memory: output.Write(memory.Span); break;
            case Memory<byte> memory: output.Write(memory.Span); break;
            default: WriteJson(value, output); break;
        }
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlySpan<byte> bytes)
    {
        if (typeof(T) == typeof(string)) return (T)(object)Encoding.UTF8.GetString(bytes);
        if (typeof(T) == typeof(byte[])) return (T)(object)bytes.ToArray();
        if (typeof(T) == typeof(ReadOnlyMemory<byte>)) return (T)(object)new ReadOnlyMemory<byte>(bytes.ToArray());
        if (typeof(T) == typeof(Memory<byte>)) return (T)(object)bytes.ToArray().AsMemory();
        return JsonSerializer.Deserialize<T>(bytes, _options);
    }

    private void WriteJson<T>(T value, IBufferWriter<byte> output)
    {
        // A converter may call a store again: the thread's writer is taken while it writes.
        Utf8JsonWriter writer = _writer ?? new Utf8JsonWriter(output);
        _writer = null;
        writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, value, _options);
            writer.Flush();
        }
        finally
        {
            writer.Reset(Stream.Null);
            _writer = writer;
        }
    }
}
