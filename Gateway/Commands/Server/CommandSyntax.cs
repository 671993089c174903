namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// Reads the syntax line of a command (<c>key value [NX | XX] [EX seconds]</c>) into arguments. Grammar:
/// <c>alternatives = sequence { "|" sequence }; sequence = { item }; item = word | "[" alternatives "]" | "&lt;" alternatives "&gt;" |
/// "..."</c>. A word in capitals is a token; a token followed by one name, or by a group in angle brackets, is that argument's token. Pure;
/// a line that does not fit gives what could be read.
/// </summary>
internal static class CommandSyntax
{
    public static List<CommandArgument> Parse(string syntax)
    {
        string[] words = syntax.Replace("[", " [ ").Replace("]", " ] ").Replace("<", " < ").Replace(">", " > ").Replace("|", " | ")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int at = 0;
        return Alternatives(words, ref at);
    }

    // Several sequences become one oneof.
    private static List<CommandArgument> Alternatives(string[] words, ref int at)
    {
        var all = new List<List<CommandArgument>> { Sequence(words, ref at) };
        while (at < words.Length && words[at] == "|")
        {
            at++;
            all.Add(Sequence(words, ref at));
        }

        if (all.Count == 1) return all[0];
        List<CommandArgument> choices = [.. all.Where(one => one.Count > 0).Select(one => one.Count == 1 ? one[0] : Block(one))];
        return [new CommandArgument(choices[0].Name, "oneof", null, false, false, choices)];
    }

    private static List<CommandArgument> Sequence(string[] words, ref int at)
    {
        var found = new List<CommandArgument>();
        while (at < words.Length && words[at] is not ("]" or ">" or "|"))
        {
            string word = words[at++];
            if (word == "...")
            {
                if (found.Count > 0) found[^1] = found[^1] with { IsMultiple = true };
            }
            else if (word == "[")
            {
                List<CommandArgument> inner = Alternatives(words, ref at);
                if (at < words.Length) at++; // the bracket
                Add(found, inner);
            }
            else if (word is "<")
            {
                if (Group(words, ref at) is { } group) found.Add(group);
            }
            else
            {
                found.Add(Word(word, words, ref at));
            }
        }

        return found;
    }

    // What stands in angle brackets, the first of them read already; null for nothing.
    private static CommandArgument? Group(string[] words, ref int at)
    {
        List<CommandArgument> inner = Alternatives(words, ref at);
        if (at < words.Length) at++; // the bracket
        return inner.Count switch { 0 => null, 1 => inner[0], _ => Block(inner) };
    }

    // "key [key ...]" is one repeated argument.
    private static void Add(List<CommandArgument> found, List<CommandArgument> inner)
    {
        if (inner.Count == 0) return;
        int start = found.Count - inner.Count;
        bool repeats = start >= 0 && inner[^1].IsMultiple && found.Skip(start).Select(a => a.Name).SequenceEqual(inner.Select(a => a.Name));
        if (!repeats)
        {
            found.Add((inner.Count == 1 ? inner[0] : Block(inner)) with { IsOptional = true });
            return;
        }

        CommandArgument repeated = inner.Count == 1 ? found[start] : Block(found.GetRange(start, inner.Count));
        found.RemoveRange(start, inner.Count);
        found.Add(repeated with { IsMultiple = true });
    }

    private static CommandArgument Word(string word, string[] words, ref int at)
    {
        if (!IsToken(word)) return new CommandArgument(word, TypeOf(word), null, false, false, []);
        if (at < words.Length && words[at] == "<")
        {
            at++;
            if (Group(words, ref at) is { } group) return group with { Token = word };
        }

        bool hasValue = at < words.Length && words[at] is not ("[" or "]" or ">" or "|" or "...") && !IsToken(words[at]);
        if (!hasValue) return new CommandArgument(word.ToLowerInvariant(), "pure-token", word, false, false, []);
        string name = words[at++];
        return new CommandArgument(name, TypeOf(name), word, false, false, []);
    }

    private static CommandArgument Block(List<CommandArgument> parts) =>
        new(string.Join('_', parts.Select(p => p.Name)), "block", null, false, false, parts);

    private static bool IsToken(string word) => word.Any(char.IsAsciiLetterUpper) && !word.Any(char.IsAsciiLetterLower);

    private static string TypeOf(string name) => name switch
    {
        "key" or "newkey" or "source" or "destination" or "destkey" or "key1" or "key2" => "key",
        "seconds" or "milliseconds" or "ms" or "count" or "offset" or "start" or "end" or "increment" or "decrement" or "bit" or "timeout"
            or "numreplicas" or "numlocal" or "n" or "index" or "db" or "shards" or "min-match-len" or "samples"
            or "slot" or "start-slot" or "end-slot" or "config-epoch" or "port" or "cluster_bus_port" => "integer",
        _ => "string",
    };
}
