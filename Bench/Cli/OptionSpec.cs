namespace OrleansKv.Bench.Cli;

/// <summary>
/// An option; <paramref name="Value"/> is the placeholder of its value, null for a switch. What the command line knows of one option. A
/// plain value.
/// </summary>
internal sealed record OptionSpec(string Name, string? Value, string Help);
