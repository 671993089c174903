using System.Globalization;

namespace OrleansKv.Bench.Cli;

/// <summary>
/// Splits a command line into known options and reads their values within their range. One that is unknown, given twice, without its
/// value or with an impossible one is refused by name.
/// </summary>
internal sealed class ArgumentReader
{
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    public ArgumentReader(string command, ReadOnlySpan<string> args, IReadOnlyList<OptionSpec> known)
    {
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            int equals = arg.StartsWith("--", StringComparison.Ordinal) ? arg.IndexOf('=') : -1;
            string name = equals < 0 ? arg : arg[..equals];
            OptionSpec spec = known.FirstOrDefault(o => o.Name == name)
                ?? throw new UsageException($"{command}: unknown option '{name}'; '{command} --help' lists them.");
            string value;
            if (spec.Value is null)
            {
                value = equals < 0 ? "" : throw new UsageException($"{command}: {name} takes no value.");
            }
            else if (equals >= 0)
            {
                value = arg[(equals + 1)..];
            }
            else
            {
                value = ++i < args.Length ? args[i] : throw new UsageException($"{command}: {name} needs a value ({spec.Value}).");
            }

            if (!_given.TryAdd(name, value)) throw new UsageException($"{command}: {name} is given twice.");
        }
    }

    public bool Has(string name) => _given.ContainsKey(name);

    public string? Text(string name) => _given.GetValueOrDefault(name);

    public string OneOf(string name, string ifAbsent, params string[] allowed)
    {
        string value = (Text(name) ?? ifAbsent).ToLowerInvariant();
        return allowed.Contains(value) ? value : throw Impossible(name, string.Join(" | ", allowed));
    }

    public int Int(string name, int ifAbsent, int min, int max) => (int)Long(name, ifAbsent, min, max);

    public long Long(string name, long ifAbsent, long min, long max)
    {
        if (!_given.TryGetValue(name, out string? text)) return ifAbsent;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min
            && value <= max
            ? value
            : throw Impossible(name, $"a whole number from {min} to {max}");
    }

    public double Number(string name, double ifAbsent, double min, double max)
    {
        if (!_given.TryGetValue(name, out string? text)) return ifAbsent;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max
            ? value
            : throw Impossible(name, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
    }

    private UsageException Impossible(string name, string legal) => new($"{name} '{_given[name]}': must be {legal}.");
}
