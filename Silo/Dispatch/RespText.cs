using System.Buffers.Text;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// Reads the few shapes of replies that are put together from several shards' (RESP2 and RESP3 alike; they come from our own writer).
/// </summary>
internal static class RespText
{
    /// <summary><c>:n</c>.</summary>
    public static long Integer(ReadOnlySpan<byte> reply) => Number(reply, out _);

    /// <summary>Bytes of the head <c>*n\r\n</c>, and n.</summary>
    public static int Array(ReadOnlySpan<byte> reply, out int count)
    {
        count = (int)Number(reply, out int size);
        return size;
    }

    /// <summary>Bytes of a bulk string or null: <c>$n\r\n...\r\n</c>, <c>$-1\r\n</c>, <c>_\r\n</c>.</summary>
    public static int Bulk(ReadOnlySpan<byte> reply)
    {
        if (reply[0] == (byte)'_') return 3;
        long length = Number(reply, out int head);
        return length < 0 ? head : head + (int)length + 2;
    }

    /// <summary>What a bulk string holds.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> reply)
    {
        long length = Number(reply, out int head);
        return reply.Slice(head, (int)length);
    }

    // The number behind the type byte, and the bytes of the line.
    private static long Number(ReadOnlySpan<byte> reply, out int lineBytes)
    {
        if (!Utf8Parser.TryParse(reply[1..], out long value, out int digits))
            throw new InvalidDataException("a shard's reply is not of the shape that its command has");
        lineBytes = 1 + digits + 2;
        return value;
    }
}
