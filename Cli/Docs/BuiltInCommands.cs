namespace OrleansKv.Cli.Docs;

/// <summary>
/// What OrleansKv's COMMAND DOCS says, for servers that do not tell and for when none is there. The file is made of the server's own
/// table by <c>Bench -- commands</c>.
/// </summary>
internal static class BuiltInCommands
{
    // A line a command: name, syntax, summary, group, separated by tabs.
    public static IEnumerable<CommandDoc> All
    {
        get
        {
            using Stream file = typeof(BuiltInCommands).Assembly.GetManifestResourceStream("commands.tsv")!;
            using var reader = new StreamReader(file);
            while (reader.ReadLine() is { } line)
            {
                string[] parts = line.Split('\t');
                yield return new CommandDoc(parts[0], parts[1], parts[2], parts[3]);
            }
        }
    }
}
