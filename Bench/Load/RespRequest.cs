using System.Text;

namespace OrleansKv.Bench.Load;

/// <summary>The bytes of an occasional request (not of the load). No state; any thread.</summary>
internal static class RespRequest
{
    /// <summary>*count CRLF, then $length CRLF bytes CRLF for each argument.</summary>
    public static byte[] Encode(params ReadOnlySpan<string> arguments)
    {
        var text = new StringBuilder().Append('*').Append(arguments.Length).Append("\r\n");
        foreach (string argument in arguments)
            text.Append('$').Append(Encoding.UTF8.GetByteCount(argument)).Append("\r\n").Append(argument).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
