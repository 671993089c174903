using System.Buffers;
using System.Text;
using OrleansKv.Client;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>Knows text only, and writes it backwards; what it cannot write it notices halfway.</summary>
internal sealed class ReversingSerializer : IValueSerializer
{
    public void Serialize<T>(T value, IBufferWriter<byte> output)
    {
        output.Write("?"u8[..(value is string ? 0 : 1)]);
        if (value is not string text) throw new NotSupportedException();
        Encoding.UTF8.GetBytes([.. text.Reverse()], output);
    }

    public T? Deserialize<T>(ReadOnlySpan<byte> bytes) => (T)(object)new string([.. Encoding.UTF8.GetString(bytes).Reverse()]);
}
