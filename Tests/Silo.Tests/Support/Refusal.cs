using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>A start that is refused as an operator wants it: one line that says why, and an exit code.</summary>
internal static class Refusal
{
    /// <summary>Starts the node, which must end with code 1, and returns its line.</summary>
    public static string Of(SiloProcess node, params string[] flags)
    {
        (int code, string printed) = node.RunToExit(flags);
        Assert.True(code == 1, $"exit code {code}:\n{printed}");
        return LineOf(printed);
    }

    /// <summary>
    /// Log lines may stand beside it, in any order, for they come through another pipe; one line is the program's own, and there is no
    /// stack trace.
    /// </summary>
    public static string LineOf(string printed)
    {
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] own = [.. lines.Where(l => l.StartsWith("orleanskv-silo: ", StringComparison.Ordinal))];
        Assert.True(own.Length == 1 && !printed.Contains("   at ", StringComparison.Ordinal)
            && !printed.Contains("Unhandled", StringComparison.Ordinal), printed);
        return own[0];
    }
}
