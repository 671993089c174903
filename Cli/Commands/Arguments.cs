using System.Globalization;

namespace OrleansKv.Cli.Commands;

/// <summary>
/// What follows the name of one of kv's own commands: options with a value, flags, and words. Unknown ones are refused by name.
/// </summary>
internal sealed class Arguments
{
    private readonly string _command;
    private readonly Dictionary<string, string> _options = [];

    private Arguments(string command) => _command = command;

    public IReadOnlyList<string> Words { get; private set; } = [];

    /// <param name="words">The command's name, and what was written behind it.</param>
    /// <param name="valued">Options that take a value.</param>
    /// <param name="flags">Options that take none.</param>
    /// <param name="maxWords">Most words that are no options.</param>
    public static Arguments Parse(IReadOnlyList<string> words, string[] valued, string[] flags, int maxWords)
    {
        var parsed = new Arguments(words[0]);
        var rest = new List<string>();
        for (int i = 1; i < words.Count; i++)
        {
            string word = words[i];
            bool hasValue = valued.Contains(word);
            if (hasValue && i + 1 == words.Count) throw parsed.Refused($"{word}: the value is missing");
            if (flags.Contains(word)) parsed.Add(word, "");
            else if (hasValue) parsed.Add(word, words[++i]);
            else if (word is ['-', _, ..]) throw parsed.Refused($"unknown option {word}");
            else rest.Add(word);
        }

        if (rest.Count > maxWords) throw parsed.Refused($"'{rest[maxWords]}' is one word too many");
        parsed.Words = rest;
        return parsed;
    }

    public bool Has(string option) => _options.ContainsKey(option);

    public string? Text(string option) => _options.GetValueOrDefault(option);

    public int Number(string option, int missing, int min, int max) =>
        Text(option) is { } text ? NumberOf(option, text, min, max) : missing;

    public int NumberOf(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number : throw Refused(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is no number from {min} to {max}"));

    public CliException Refused(string problem) => new($"{_command}: {problem}; see kv help {_command}", 2);

    private void Add(string option, string value)
    {
        if (!_options.TryAdd(option, value)) throw Refused($"{option} is given twice");
    }
}
