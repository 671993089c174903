using System.Buffers;

namespace OrleansKv.Client;

/// <summary>Turns the values of the typed methods into bytes and back. Any thread, many at once.</summary>
public interface IValueSerializer
{
    /// <summary>Appends a value's bytes.</summary>
    void Serialize<T>(T value, IBufferWriter<byte> output);

    /// <summary>Makes a value of bytes, which live no longer than the call.</summary>
    T? Deserialize<T>(ReadOnlySpan<byte> bytes);
}
