namespace OrleansKv.Bench.Cli;

/// <summary>An option of the command line; <c>Value</c> is its value's placeholder, null for a switch.</summary>
internal sealed record OptionSpec(string Name, string? Value, string Help);
