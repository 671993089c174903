namespace OrleansKv.Cli.Protocol;

/// <summary>One reply. <see cref="Type"/> is RESP's type byte; null replies have the type <c>_</c>.</summary>
internal sealed record RespValue(char Type, byte[] Bytes, IReadOnlyList<RespValue> Items)
{
    public static readonly RespValue Null = new('_', [], []);

    public bool IsError => Type is '-' or '!';

    public bool IsNull => Type == '_';

    public bool IsMap => Type == '%';

    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);
}
