using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Gateway.Options;

/// <summary>One row of the table: all that flags, variables, the JSON file, help and CONFIG need to know of a setting. Immutable.</summary>
public sealed record Setting
{
    /// <summary>Flag without dashes and JSON key, e.g. <c>memory-budget</c>; the variable is <c>ORLEANSKV_MEMORY_BUDGET</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Heading in the help text.</summary>
    public required string Group { get; init; }

    public required ISettingType Type { get; init; }

    /// <summary>As a user would write it.</summary>
    public required string Default { get; init; }

    /// <summary>One sentence, without default and range: help adds them.</summary>
    public required string Help { get; init; }

    public SettingChange Change { get; init; } = SettingChange.Immutable;

    /// <summary>No client may read it: CONFIG does not know it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What CONFIG calls it in Redis; null when Redis has nothing like it.</summary>
    public string? RedisName { get; init; }

    /// <summary>An older name of the same in Redis; null for none.</summary>
    public string? RedisAlias { get; init; }

    /// <summary>How CONFIG reads and writes it under <see cref="RedisName"/>, when that differs from the flag's form.</summary>
    public ISettingType? RedisType { get; init; }

    public string Variable => SettingTable.VariablePrefix + Name.Replace('-', '_').ToUpperInvariant();

    public object DefaultValue => Type.TryParse(Default, out object value)
        ? value
        : throw new InvalidOperationException($"the default of {Name}, '{Default}', is not one of its own values");
}
