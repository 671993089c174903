namespace OrleansKv.Cli.Commands;

/// <summary>INFO's text, taken apart: <c>"# " section CRLF (name ":" value CRLF)*</c>.</summary>
internal static class InfoText
{
    public static IReadOnlyList<(string Section, IReadOnlyList<(string Name, string Value)> Fields)> Sections(string text)
    {
        var sections = new List<(string, IReadOnlyList<(string, string)>)>();
        List<(string, string)>? fields = null;
        foreach (string line in text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                sections.Add((line[1..].Trim(), fields = []));
                continue;
            }

            if (fields is null) sections.Add(("", fields = []));
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            fields.Add(colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]));
        }

        return sections;
    }

    /// <summary>All fields; of two with one name the first.</summary>
    public static Dictionary<string, string> Fields(string text) =>
        Sections(text).SelectMany(s => s.Fields).DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Value);
}
