using System.Runtime.InteropServices;
using System.Text;

namespace OrleansKv.Gateway.Protocol;

/// <summary>
/// Finds a command by its name, whatever its case. Names of up to eight letters (the hot ones) are one word compared under a mask
/// that drops the case bit; longer ones go through a dictionary. Immutable after construction.
/// </summary>
internal sealed class CommandTable
{
    // Clears bit 5 of each byte: 'g' and 'G' alike. Our names of eight and fewer bytes are letters only, so no other byte can match.
    private const ulong CaseMask = 0xDFDF_DFDF_DFDF_DFDF;
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio
    private const int Bits = 10;

    private readonly ulong[] _words = new ulong[1 << Bits];
    private readonly CommandEntry?[] _entries = new CommandEntry?[1 << Bits];
    private readonly Dictionary<string, CommandEntry> _byName = new(StringComparer.OrdinalIgnoreCase);

    public CommandTable(IEnumerable<CommandEntry> entries)
    {
        foreach (CommandEntry entry in entries)
        {
            string name = entry.Spec.Name;
            if (!_byName.TryAdd(name, entry)) throw new ArgumentException($"command '{name}' is listed twice");
            if (name.Length > 8) continue;
            if (!name.All(char.IsAsciiLetter)) throw new ArgumentException($"short command name '{name}' must be letters only");
            ulong word = Word(Encoding.ASCII.GetBytes(name));
            int at = Index(word);
            while (_entries[at] is not null) at = (at + 1) & ((1 << Bits) - 1);
            _words[at] = word;
            _entries[at] = entry;
        }
    }

    public IReadOnlyCollection<CommandEntry> All => _byName.Values;

    /// <summary>Names by <see cref="CommandEntry.Id"/>, subcommands included: what statistics are kept by.</summary>
    public IReadOnlyList<string> NamesById() =>
        [.. All.SelectMany(e => e.Subcommands.Prepend(e)).OrderBy(e => e.Id).Select(e => e.Spec.Name)];

    public CommandEntry? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > 32) return null;
        if (name.Length > 8) return FindLong(name);
        ulong word = Word(name);
        for (int at = Index(word); _entries[at] is { } entry; at = (at + 1) & ((1 << Bits) - 1))
        {
            if (_words[at] == word && entry.Spec.Name.Length == name.Length) return entry;
        }

        return null;
    }

    public CommandEntry? Find(string name) => _byName.GetValueOrDefault(name);

    private CommandEntry? FindLong(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[name.Length];
        for (int i = 0; i < name.Length; i++) text[i] = (char)name[i];
        return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out CommandEntry? entry) ? entry : null;
    }

    private static int Index(ulong word) => (int)((word * Spread) >> (64 - Bits));

    private static ulong Word(ReadOnlySpan<byte> name)
    {
        ulong word = 0;
        if (name.Length >= 4)
        {
            // Two overlapping reads cover 4 to 8 bytes.
            uint head = MemoryMarshal.Read<uint>(name);
            uint tail = MemoryMarshal.Read<uint>(name[^4..]);
            word = head | ((ulong)tail << 32);
        }
        else
        {
            for (int i = 0; i < name.Length; i++) word |= (ulong)name[i] << (8 * i);
        }

        return word & CaseMask;
    }
}
