using System.Buffers.Text;
using System.Text;

namespace OrleansKv.Client.Wire;

/// <summary>Reads the shapes of RESP2 that the client's commands answer with; they come from our own writer.</summary>
internal static class Resp
{
    /// <summary><c>-text\r\n</c>: throws it.</summary>
    public static void ThrowIfError(ReadOnlySpan<byte> reply)
    {
        if (reply.IsEmpty) throw Misshapen();
        if (reply[0] == (byte)'-') throw ErrorOf(reply);
    }

    public static KeyValueStoreException ErrorOf(ReadOnlySpan<byte> error) =>
        new(KeyValueStoreError.Refused, Encoding.UTF8.GetString(error[1..^2]));

    public static bool IsError(ReadOnlySpan<byte> reply) => reply is [(byte)'-', ..];

    /// <summary><c>:n\r\n</c>.</summary>
    public static long Integer(ReadOnlySpan<byte> reply)
    {
        ThrowIfError(reply);
        return Number(reply, (byte)':', out _);
    }

    /// <summary><c>+OK\r\n</c> is true, <c>$-1\r\n</c> false: a set whose condition was not met.</summary>
    public static bool IsOk(ReadOnlySpan<byte> reply)
    {
        ThrowIfError(reply);
        return reply[0] == (byte)'+';
    }

    /// <summary><c>$n\r\n...\r\n</c>, or <c>$-1\r\n</c>: false.</summary>
    public static bool TryBulk(ReadOnlySpan<byte> reply, out ReadOnlySpan<byte> bytes)
    {
        ThrowIfError(reply);
        return TryBulk(reply, out bytes, out _);
    }

    /// <summary>The same at the beginning of <paramref name="reply"/>, with the bytes that it takes.</summary>
    public static bool TryBulk(ReadOnlySpan<byte> reply, out ReadOnlySpan<byte> bytes, out int size)
    {
        long length = Number(reply, (byte)'$', out size);
        bytes = default;
        if (length < 0) return false;
        bytes = reply.Slice(size, (int)length);
        size += (int)length + 2;
        return true;
    }

    /// <summary><c>*n\r\n</c>, with the bytes of that line.</summary>
    public static int Array(ReadOnlySpan<byte> reply, out int size)
    {
        ThrowIfError(reply);
        return (int)Number(reply, (byte)'*', out size);
    }

    private static long Number(ReadOnlySpan<byte> reply, byte type, out int size)
    {
        if (reply.Length < 4 || reply[0] != type || !Utf8Parser.TryParse(reply[1..], out long value, out int digits)) throw Misshapen();
        size = 1 + digits + 2;
        return value;
    }

    private static InvalidDataException Misshapen() => new("a shard's reply is not of the shape that its command has");
}
