using System.Text;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// Random commands from templates: <c>@name</c> a word of that pool, <c>{a | b}</c> one of them, <c>[a | b]</c> one or none,
/// <c>[..]*</c> and <c>{..}*</c> up to four in a row; anything else is itself. Now and then a word is dropped, doubled or replaced.
/// </summary>
internal sealed class CommandGenerator(int seed, string[] templates, Dictionary<string, string[]> pools)
{
    private readonly Random _random = new(seed);

    public byte[][] Next()
    {
        var words = new List<string>();
        string[] tokens = Pick(templates).Split(' ');
        int at = 0;
        Sequence(tokens, ref at, words);
        if (_random.Next(25) == 0) Damage(words);
        if (_random.Next(4) == 0) words[0] = words[0].ToLowerInvariant();
        return [.. words.Select(CommandHost.Bytes)];
    }

    private void Sequence(string[] tokens, ref int at, List<string>? to)
    {
        while (at < tokens.Length && tokens[at] is not ("|" or "}" or "]" or "}*" or "]*"))
        {
            string token = tokens[at++];
            if (token is "{" or "[") Choice(tokens, ref at, to, isOptional: token == "[");
            else if (token[0] == '@') to?.Add(Word(token[1..]));
            else to?.Add(_random.Next(8) == 0 ? token.ToLowerInvariant() : token);
        }
    }

    // Parses the alternatives once without taking them, to learn how many there are and whether they repeat; then takes some.
    private void Choice(string[] tokens, ref int at, List<string>? to, bool isOptional)
    {
        var starts = new List<int>();
        int end = at - 1;
        do
        {
            starts.Add(++end);
            Sequence(tokens, ref end, null);
        }
        while (tokens[end] == "|");

        bool repeats = tokens[end].Length == 2;
        int times = repeats ? _random.Next(isOptional ? 0 : 1, 5) : isOptional ? _random.Next(2) : 1;
        for (int i = 0; i < times && to is not null; i++)
        {
            int start = starts[_random.Next(starts.Count)];
            Sequence(tokens, ref start, to);
        }

        at = end + 1;
    }

    private string Word(string pool)
    {
        if (pool != "v") return Pick(pools[pool]);
        // Values: mostly of the pool, now and then random bytes of a random length, small alphabet (LCS, bit commands).
        if (_random.Next(4) != 0) return Pick(pools["v"]);
        int length = _random.Next(3) == 0 ? _random.Next(300) : _random.Next(12);
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) text.Append(_random.Next(3) == 0 ? (char)_random.Next(256) : "abcd"[_random.Next(4)]);
        return text.ToString();
    }

    private void Damage(List<string> words)
    {
        int at = _random.Next(1, words.Count + 1);
        if (at == words.Count) words.Add(Pick(pools["junk"]));
        else if (_random.Next(3) == 0) words.RemoveAt(at);
        else if (_random.Next(2) == 0) words[at] = Pick(pools["junk"]);
        else words.Insert(at, words[at]);
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
