namespace OrleansKv.Gateway.Options;

/// <summary>
/// Where a value came from, and in words for a message: <c>flag --port</c>, <c>variable ORLEANSKV_PORT</c>, <c>file kv.json, $.port</c>.
/// </summary>
public sealed record OptionSource(OptionSourceKind Kind, string Where)
{
    public static readonly OptionSource Default = new(OptionSourceKind.Default, "default");

    public static OptionSource Flag(string name) => new(OptionSourceKind.CommandLine, "flag --" + name);

    public static OptionSource Variable(string name) => new(OptionSourceKind.Environment, "variable " + name);

    public static OptionSource JsonFile(string file, string path) => new(OptionSourceKind.File, $"file {file}, {path}");

    public static OptionSource ConfigSet(string name) => new(OptionSourceKind.Runtime, "CONFIG SET " + name);
}
