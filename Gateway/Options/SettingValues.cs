namespace OrleansKv.Gateway.Options;

/// <summary>A value and its source for each row of a table. Immutable: <see cref="With"/> makes another. Any thread.</summary>
public sealed class SettingValues
{
    // Two plain arrays: generics over our own structs are compiled at start, which is time a user waits.
    private readonly object[] _values;
    private readonly OptionSource[] _sources;

    private SettingValues(SettingTable table, object[] values, OptionSource[] sources)
    {
        Table = table;
        _values = values;
        _sources = sources;
    }

    public SettingTable Table { get; }

    public static SettingValues Defaults(SettingTable table)
    {
        object[] values = new object[table.All.Count];
        var sources = new OptionSource[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = table.All[i].DefaultValue;
            sources[i] = OptionSource.Default;
        }

        return new(table, values, sources);
    }

    public SettingValues With(int index, object value, OptionSource source)
    {
        object[] values = (object[])_values.Clone();
        var sources = (OptionSource[])_sources.Clone();
        values[index] = value;
        sources[index] = source;
        return new(Table, values, sources);
    }

    public object this[int index] => _values[index];

    public OptionSource SourceOf(int index) => _sources[index];

    /// <summary>The value of a setting; asking for one that is not in the table, or by the wrong type, is a bug of the caller.</summary>
    public T Get<T>(string name) => (T)_values[Find(name)];

    public OptionSource SourceOf(string name) => _sources[Find(name)];

    private int Find(string name) =>
        Table.IndexOf(name) is >= 0 and int index ? index : throw new ArgumentException($"no setting {name}", nameof(name));
}
