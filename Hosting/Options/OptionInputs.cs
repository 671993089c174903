using System.Collections;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Options;

/// <summary>All that parsing reads, handed in so that a test needs no process.</summary>
/// <param name="Args">The command line without the program.</param>
/// <param name="Variables">The environment; only names that begin with <c>ORLEANSKV_</c> are looked at.</param>
/// <param name="ReadFile">Whole text of a file; throws as <see cref="File.ReadAllText(string)"/> does.</param>
public sealed record OptionInputs(
    IReadOnlyList<string> Args,
    IReadOnlyDictionary<string, string> Variables,
    Func<string, string> ReadFile)
{
    public static OptionInputs OfProcess(IReadOnlyList<string> args)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value }
                && name.StartsWith(SettingTable.VariablePrefix, StringComparison.Ordinal))
                variables[name] = value;
        }

        return new(args, variables, File.ReadAllText);
    }
}
