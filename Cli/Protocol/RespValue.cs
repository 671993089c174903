using System.Text;

namespace OrleansKv.Cli.Protocol;

/// <summary>
/// One reply. <see cref="Type"/> is RESP's type byte; null replies have the type <c>_</c>. A map's <see cref="Items"/> are key, value, key,
/// value; a verbatim string's <see cref="Bytes"/> are its text without the format.
/// </summary>
internal sealed record RespValue(char Type, byte[] Bytes, IReadOnlyList<RespValue> Items)
{
    public static readonly RespValue Null = new('_', [], []);

    public bool IsError => Type is '-' or '!';

    public bool IsMap => Type == '%';

    public bool IsPush => Type == '>';

    public bool IsAggregate => Type is '*' or '~' or '>' or '%';

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The value of a field, in a map or in the flat array that RESP2 has for one; null when there is no such field.</summary>
    public RespValue? Field(string name)
    {
        for (int i = 0; i + 1 < Items.Count; i += 2)
        {
            if (Items[i].Text == name) return Items[i + 1];
        }

        return null;
    }
}
