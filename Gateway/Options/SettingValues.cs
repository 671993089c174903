using System.Collections.Immutable;

namespace OrleansKv.Gateway.Options;

/// <summary>A value and its source for each row of a table. Immutable: <see cref="With"/> makes another. Any thread.</summary>
public sealed class SettingValues
{
    private readonly ImmutableArray<(object Value, OptionSource Source)> _values;

    private SettingValues(SettingTable table, ImmutableArray<(object Value, OptionSource Source)> values)
    {
        Table = table;
        _values = values;
    }

    public SettingTable Table { get; }

    public static SettingValues Defaults(SettingTable table) =>
        new(table, [.. table.All.Select(s => (s.DefaultValue, OptionSource.Default))]);

    public SettingValues With(int index, object value, OptionSource source) => new(Table, _values.SetItem(index, (value, source)));

    public object this[int index] => _values[index].Value;

    public OptionSource SourceOf(int index) => _values[index].Source;

    /// <summary>The value of a setting; asking for one that is not in the table, or by the wrong type, is a bug of the caller.</summary>
    public T Get<T>(string name) => (T)_values[Find(name)].Value;

    public OptionSource SourceOf(string name) => _values[Find(name)].Source;

    private int Find(string name) => Table.IndexOf(name) is >= 0 and int index ? index : throw new ArgumentException($"no setting {name}", nameof(name));
}
