using System.Globalization;
using System.Text;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>
/// A strict reader of one request, written apart from the code that it checks: *n CRLF, then n of $len CRLF bytes CRLF, and no byte more.
/// </summary>
internal static class RespArray
{
    public static string[] Parse(byte[] request)
    {
        string text = Encoding.Latin1.GetString(request);
        int at = 0;
        var arguments = new string[Head('*')];
        for (int i = 0; i < arguments.Length; i++)
        {
            int size = Head('$');
            arguments[i] = Take(size);
            Assert.Equal("\r\n", Take(2));
        }

        Assert.Equal(text.Length, at);
        return arguments;

        int Head(char type)
        {
            Assert.Equal(type, text[at]);
            int end = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            int number = int.Parse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture);
            at = end + 2;
            return number;
        }

        string Take(int size) => text[at..(at += size)];
    }
}
