namespace OrleansKv.Gateway.Options;

/// <summary>
/// The settings of a server, in the order of its help text. Immutable, any thread. A host with more settings (the Silo) makes one of
/// <see cref="ServerSettings"/> and its own rows.
/// </summary>
public sealed class SettingTable
{
    public const string VariablePrefix = "ORLEANSKV_";

    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byVariable = new(StringComparer.Ordinal);

    public SettingTable(IEnumerable<Setting> settings)
    {
        All = [.. settings];
        for (int i = 0; i < All.Count; i++)
        {
            _byName.Add(All[i].Name, i);
            _byVariable.Add(All[i].Variable, i);
        }
    }

    public IReadOnlyList<Setting> All { get; }

    /// <summary>Position of a setting in <see cref="All"/>; -1 for none.</summary>
    public int IndexOf(string name) => _byName.TryGetValue(name, out int index) ? index : -1;

    /// <summary>The same for the name of an environment variable.</summary>
    public int IndexOfVariable(string variable) => _byVariable.TryGetValue(variable, out int index) ? index : -1;
}
