using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Docs;

/// <summary>
/// The commands that completion, hints and help know: the server's own, or a built-in list when it does not tell. Immutable.
/// </summary>
internal sealed class CommandCatalog
{
    private readonly Dictionary<string, CommandDoc> _byName;

    public CommandCatalog(IEnumerable<CommandDoc> docs)
    {
        _byName = docs.DistinctBy(d => d.Name).ToDictionary(d => d.Name);
        All = [.. _byName.Values.OrderBy(d => d.Name, StringComparer.Ordinal)];
    }

    public static CommandCatalog BuiltIn { get; } = new(BuiltInCommands.All);

    public IReadOnlyList<CommandDoc> All { get; }

    /// <summary>
    /// Asks COMMAND DOCS; a server without it COMMAND LIST, whose names get their hints from the built-in list; else that list.
    /// </summary>
    public static CommandCatalog FromServer(RespConnection connection)
    {
        List<CommandDoc> docs = ReadDocs(connection.Call("COMMAND", "DOCS"));
        if (docs.Count > 0) return new CommandCatalog(docs);
        RespValue names = connection.Call("COMMAND", "LIST");
        return names is { IsError: false, Items.Count: > 0 }
            ? new CommandCatalog(names.Items.Select(n => NameOf(n.Text)).Select(n => BuiltIn.Find(n) ?? new CommandDoc(n, "")))
            : BuiltIn;
    }

    /// <summary>COMMAND DOCS: a map (or RESP2's flat array) of names to fields.</summary>
    public static List<CommandDoc> ReadDocs(RespValue reply)
    {
        var docs = new List<CommandDoc>();
        for (int i = 0; i + 1 < reply.Items.Count; i += 2) AddDoc(reply.Items[i].Text, reply.Items[i + 1], docs);
        return docs;
    }

    /// <summary>By its whole name, subcommand included, in any case.</summary>
    public CommandDoc? Find(string name) => _byName.GetValueOrDefault(name.ToUpperInvariant());

    /// <summary>The command that these words are; <paramref name="nameWords"/> of them are its name.</summary>
    public CommandDoc? Find(IReadOnlyList<string> words, out int nameWords)
    {
        nameWords = 2;
        if (words.Count > 1 && Find(words[0] + " " + words[1]) is { } inner) return inner;
        nameWords = 1;
        return words.Count > 0 ? Find(words[0]) : null;
    }

    // "config|get" is how the server names a subcommand.
    private static string NameOf(string name) => name.ToUpperInvariant().Replace('|', ' ');

    private static void AddDoc(string name, RespValue fields, List<CommandDoc> docs)
    {
        RespValue? inner = fields.Field("subcommands");
        string syntax = inner is { Items.Count: > 0 } ? "subcommand [argument ...]" : ArgumentSyntax.Of(fields.Field("arguments"));
        docs.Add(new CommandDoc(NameOf(name), syntax, fields.Field("summary")?.Text ?? "", fields.Field("group")?.Text ?? ""));
        for (int i = 0; inner is not null && i + 1 < inner.Items.Count; i += 2) AddDoc(inner.Items[i].Text, inner.Items[i + 1], docs);
    }
}
