using System.Text.RegularExpressions;
using OrleansKv.Docs.Tests.Markdown;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>
/// Reads blocks of commands. In <c>console</c> a line that begins with "$ " is a command, one that begins with a program's own prompt
/// ("127.0.0.1:9090> ") is typed into the program before it, and all others are printed. In <c>sh</c>, which is to be copied, each line is
/// a command and nothing is shown of what it prints. A command whose line ends in a backslash goes on in the next one.
/// </summary>
internal static partial class Transcript
{
    public static IReadOnlyList<Step> Read(FencedBlock block) => block.Language == "sh" ? ReadCommands(block) : ReadConsole(block);

    private static List<Step> ReadCommands(FencedBlock block)
    {
        var steps = new List<Step>();
        for (int i = 0; i < block.Lines.Count; i++)
        {
            int line = block.Line + i;
            string command = WholeCommand(block.Lines, block.Lines[i], ref i);
            if (command.Length > 0) steps.Add(new(line, command, [], null));
        }

        return steps;
    }

    private static List<Step> ReadConsole(FencedBlock block)
    {
        var steps = new List<Step>();
        for (int i = 0; i < block.Lines.Count;)
        {
            if (!IsCommand(block.Lines[i]))
            {
                string found = block.Lines[i];
                throw new FormatException(
                    $"line {block.Line + i}: a console block begins with a command, \"$ ...\", and not with: {found}");
            }

            int line = block.Line + i;
            string command = WholeCommand(block.Lines, block.Lines[i][2..], ref i);
            var typed = new List<string>();
            var expected = new List<string>();
            for (i++; i < block.Lines.Count && !IsCommand(block.Lines[i]); i++)
            {
                if (Prompt().Match(block.Lines[i]) is { Success: true } prompt) typed.Add(block.Lines[i][prompt.Length..]);
                else expected.Add(block.Lines[i].TrimEnd());
            }

            while (expected.Count > 0 && expected[^1].Length == 0) expected.RemoveAt(expected.Count - 1);
            steps.Add(new(line, command, typed, expected));
        }

        return steps;
    }

    private static bool IsCommand(string line) => line.StartsWith("$ ", StringComparison.Ordinal);

    private static string WholeCommand(IReadOnlyList<string> lines, string first, ref int i)
    {
        string command = first;
        while (command.EndsWith('\\')) command = command[..^1] + lines[++i].TrimStart('>').Trim();
        return Comment().Replace(command, "").Trim();
    }

    /// <summary>redis-cli and kv: address and port, then what state the connection is in.</summary>
    [GeneratedRegex(@"^[\w.-]+:\d+(\[\d+\])?(\(TX\))?> ")]
    private static partial Regex Prompt();

    /// <summary>A comment for the reader, behind a command or alone on its line.</summary>
    [GeneratedRegex(@"(^|\s)#\s.*$")]
    private static partial Regex Comment();
}
