using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Hosting.Options;

/// <summary>
/// Reads the command line, the environment and the JSON file into values; the command line wins over the environment, that over the
/// file, that over the default; the last of two equal flags wins. The first thing wrong is named in one line and nothing is guessed.
/// Pure but for <see cref="OptionInputs.ReadFile"/>.
/// </summary>
public static class OptionParser
{
    private const string ConfigFlag = "config";
    private const string ConfigVariable = SettingTable.VariablePrefix + "CONFIG";
    private static readonly string[] OtherFlags = [ConfigFlag, "help", "version"];

    public static OptionResult Parse(OptionInputs inputs, SettingTable table)
    {
        if (inputs.Args.Any(a => a is "--help" or "-h" or "-?")) return new(OptionAction.ShowHelp, null, null, null);
        if (inputs.Args.Any(a => a is "--version" or "-v")) return new(OptionAction.ShowVersion, null, null, null);

        string? file = inputs.Variables.GetValueOrDefault(ConfigVariable) is { Length: > 0 } named ? named : null;
        string fileFrom = $"variable {ConfigVariable}";
        var flags = new List<KeyValuePair<int, string>>();
        if (ReadFlags(inputs.Args, table, flags, ref file, ref fileFrom) is { } flagError) return OptionResult.Refuse(flagError);

        SettingValues values = SettingValues.Defaults(table);
        if (file is not null && JsonConfig.Read(file, fileFrom, inputs.ReadFile, ref values) is { } fileError)
            return OptionResult.Refuse(fileError);
        if (ReadVariables(inputs.Variables, ref values) is { } variableError) return OptionResult.Refuse(variableError);
        foreach ((int index, string text) in flags)
        {
            if (Put(ref values, index, text, OptionSource.Flag(table.All[index].Name)) is { } error) return OptionResult.Refuse(error);
        }

        return SettingRules.Check(values) is { } combination ? OptionResult.Refuse(combination) : new(OptionAction.Run, values, file, null);
    }

    /// <summary>Sets a value from text; null, or the one line that refuses it.</summary>
    internal static string? Put(ref SettingValues values, int index, string text, OptionSource source)
    {
        ISettingType type = values.Table.All[index].Type;
        if (!type.TryParse(text, out object value)) return $"{source.Where}: '{Printable(text)}' is not allowed; it takes {type.Allowed}";
        values = values.With(index, value, source);
        return null;
    }

    private static string? ReadFlags(
        IReadOnlyList<string> args, SettingTable table, List<KeyValuePair<int, string>> flags, ref string? file, ref string fileFrom)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal) || arg.Length == 2) return UnknownArgument(arg, table);

            int equals = arg.IndexOf('=');
            string name = equals < 0 ? arg[2..] : arg[2..equals];
            int index = table.IndexOf(name);
            if (name is "help" or "version") return $"flag --{name} takes no value";
            if (index < 0 && name != ConfigFlag)
            {
                return $"unknown flag --{Printable(name)}{Suggestion.ForSetting(name, table, OtherFlags, "--")} (--help lists all)";
            }

            string takes = index < 0 ? "the path of a JSON file" : table.All[index].Type.Allowed;
            string text;
            if (equals >= 0) text = arg[(equals + 1)..];
            else if (i + 1 == args.Count) return $"flag --{name}: the value is missing; it takes {takes}";
            else if (args[i + 1].StartsWith("--", StringComparison.Ordinal))
                return $"flag --{name}: the value is missing before {Printable(args[i + 1])}; it takes {takes} (--{name}=VALUE for one "
                + $"that begins with --)";
            else text = args[++i];

            if (index >= 0)
            {
                flags.Add(new(index, text));
            }
            else
            {
                if (text.Length == 0) return $"flag --{name}: the value is empty; it takes {takes}";
                (file, fileFrom) = (text, "flag --" + name);
            }
        }

        return null;
    }

    private static string? ReadVariables(IReadOnlyDictionary<string, string> variables, ref SettingValues values)
    {
        SettingTable table = values.Table;
        foreach ((string name, string text) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(SettingTable.VariablePrefix, StringComparison.Ordinal) || name == ConfigVariable) continue;
            int index = table.IndexOfVariable(name);
            if (index < 0) return $"unknown variable "
                + $"{Printable(name)}{Suggestion.ForVariable(name, [.. table.All.Select(s => s.Variable), ConfigVariable])}";
            if (text.Length == 0) continue; // an empty variable is how compose files and shells say "not set"
            if (Put(ref values, index, text, OptionSource.Variable(name)) is { } error) return error;
        }

        return null;
    }

    private static string UnknownArgument(string arg, SettingTable table)
    {
        string word = arg.TrimStart('-');
        if (arg.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return $"unexpected argument '{Printable(arg)}'; did you mean --config {Printable(arg)}?";
        return $"unexpected argument '{Printable(arg)}'{Suggestion.ForSetting(word, table, OtherFlags, "--")} (--help lists all)";
    }

    /// <summary>A message stays one line of bounded length whatever was typed.</summary>
    internal static string Printable(string text)
    {
        const int MaxShown = 100;
        string shown = string.Concat(text.Take(MaxShown).Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > MaxShown ? shown + "..." : shown;
    }
}
