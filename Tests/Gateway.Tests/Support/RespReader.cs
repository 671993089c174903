using System.Text.RegularExpressions;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>Finds where a RESP2 or RESP3 value ends.</summary>
internal static partial class RespReader
{
    /// <summary>The replies in a text that must end with one: its values but for published messages and MONITOR's lines.</summary>
    public static List<string> Replies(string text)
    {
        var replies = new List<string>();
        int end;
        for (int at = 0; at < text.Length; at = end)
        {
            end = Skip(text, at);
            if (!Message().IsMatch(text.AsSpan(at, end - at))) replies.Add(text[at..end]);
        }

        return replies;
    }

    /// <summary>Position behind the value that starts at <paramref name="at"/>; throws when there is none.</summary>
    public static int Skip(string text, int at)
    {
        int end = at < text.Length ? text.IndexOf("\r\n", at, StringComparison.Ordinal) : -1;
        if (end < 0) throw new FormatException($"no whole RESP value at {at} of: {text}");
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

    [GeneratedRegex(@"\A([*>][34]\r\n\$[78]\r\np?message\r\n|\+\d+\.\d{6} \[)")]
    private static partial Regex Message();
}
