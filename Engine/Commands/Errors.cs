namespace OrleansKv.Engine.Commands;

/// <summary>Error replies that many commands give, in Redis' words: clients match on them.</summary>
public static class Errors
{
    public static ReadOnlySpan<byte> Syntax => "ERR syntax error"u8;

    public static ReadOnlySpan<byte> NotAnInteger => "ERR value is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> NotAFloat => "ERR value is not a valid float"u8;

    public static ReadOnlySpan<byte> NoSuchKey => "ERR no such key"u8;

    public static ReadOnlySpan<byte> TooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8;

    public static ReadOnlySpan<byte> Overflow => "ERR increment or decrement would overflow"u8;

    public static string ReadOnlyReplica => "READONLY You can't write against a read only replica.";

    public static string Loading => "LOADING Redis is loading the dataset in memory";

    public static string InvalidExpire(string command) => $"ERR invalid expire time in '{command}' command";
}
