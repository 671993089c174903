using System.Text;
using System.Text.RegularExpressions;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>
/// What a document shows of a program's output. Three dots inside a line stand for anything in that line; a line of three dots alone stands
/// for any number of lines. Everything else must be there to the letter, but for blanks at the end of a line. Immutable.
/// </summary>
internal sealed class OutputPattern
{
    private const string Dots = "...";

    private readonly Regex _whole;
    private readonly Regex _beginning;

    public OutputPattern(IReadOnlyList<string> lines)
    {
        var pattern = new StringBuilder("^");
        foreach (string line in lines)
        {
            pattern.Append(line.Trim() == Dots
                ? @"(?:[^\n]*\n)*?"
                : Regex.Escape(line).Replace(Regex.Escape(Dots), @"[^\n]*", StringComparison.Ordinal) + @"[ \t\r]*\n");
        }

        _beginning = new Regex(pattern.ToString(), RegexOptions.CultureInvariant);
        _whole = new Regex(pattern.Append(@"\s*$").ToString(), RegexOptions.CultureInvariant);
    }

    /// <summary>Whether this is all that was printed.</summary>
    public bool IsWhole(string printed) => _whole.IsMatch(printed.TrimEnd() + "\n");

    /// <summary>Whether the output begins like this, and may go on; whole lines only.</summary>
    public bool IsBeginning(string printed) => _beginning.IsMatch(printed);
}
