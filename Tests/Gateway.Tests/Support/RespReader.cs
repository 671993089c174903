namespace OrleansKv.Gateway.Tests.Support;

/// <summary>Finds where a RESP2 or RESP3 value ends.</summary>
internal static class RespReader
{
    /// <summary>Position behind the value that starts at <paramref name="at"/>; throws when there is none.</summary>
    public static int Skip(string text, int at)
    {
        int end = text.IndexOf("\r\n", at, StringComparison.Ordinal);
        string head = text[(at + 1)..end];
        int next = end + 2;
        switch (text[at])
        {
            case '+' or '-' or ':' or '_' or ',' or '#': return next;
            case '$' or '=': return head == "-1" ? next : next + int.Parse(head) + 2;
            case '*' or '~' or '>' or '%':
                int values = int.Parse(head) * (text[at] == '%' ? 2 : 1);
                for (int i = 0; i < values; i++) next = Skip(text, next);
                return next;
            default: throw new FormatException($"no RESP type '{text[at]}' at {at}");
        }
    }
}
