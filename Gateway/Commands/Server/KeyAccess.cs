using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>One run of keys of a command and what happens to them: a key specification of COMMAND INFO.</summary>
/// <param name="Flags">Redis' words: <c>RO</c>, <c>RW</c>, <c>OW</c> or <c>RM</c>, then access, update, insert, delete.</param>
/// <param name="First">Word of the first key.</param>
/// <param name="Last">Words from the first key to the last; negative: from the end of the command.</param>
/// <param name="Step">Words from key to key.</param>
internal sealed record KeyAccess(string[] Flags, int First, int Last, int Step)
{
    /// <summary>A shard channel: a word that belongs to a slot and is no key.</summary>
    public const string NotKey = "not_key";

    private static readonly Dictionary<string, string> ByName = Index(
        ("RW access update", "setbit getex incrby incrbyfloat incr getset move decr decrby"),
        ("RW insert", "append"),
        ("OW insert", "setnx msetnx"),
        ("RO", "touch watch exists type memory|usage object|encoding object|freq object|idletime object|refcount object|version"),
        ("RW update", "pexpire expireat expire pexpireat persist setrange"),
        ("OW update", "restore psetex setex mset put"),
        ("RW access update variable_flags", "bitfield set"),
        ("RW access delete", "getdel"),
        ("RM delete", "del unlink delete"),
        (NotKey, "ssubscribe sunsubscribe spublish"));

    /// <summary>The specifications of a command, in the order of its words.</summary>
    public static IReadOnlyList<KeyAccess> Of(CommandSpec spec)
    {
        if (spec.FirstKey == 0) return [];
        return spec.Name switch
        {
            "rename" => [new(["RW", "access", "delete"], 1, 0, 1), new(["OW", "update"], 2, 0, 1)],
            "renamenx" => [new(["RW", "access", "delete"], 1, 0, 1), new(["OW", "insert"], 2, 0, 1)],
            "copy" => [new(["RO", "access"], 1, 0, 1), new(["OW", "update"], 2, 0, 1)],
            "bitop" => [new(["OW", "update"], 2, 0, 1), new(["RO", "access"], 3, -1, 1)],
            _ => [new(FlagsOf(spec), spec.FirstKey, spec.LastKey < 0 ? spec.LastKey : spec.LastKey - spec.FirstKey, spec.KeyStep)],
        };
    }

    /// <summary>
    /// The same of one call, whose name is word <paramref name="at"/>: what depends on its options (<c>variable_flags</c>) is decided.
    /// </summary>
    public static IReadOnlyList<KeyAccess> OfCall(CommandSpec spec, in ArgList args, int at)
    {
        IReadOnlyList<KeyAccess> all = Of(spec);
        return spec.Name switch
        {
            "set" => [all[0] with { Flags = HasGet(args, at + 3) ? ["RW", "access", "update"] : ["OW", "update"] }],
            "bitfield" => [all[0] with { Flags = OnlyReads(args, at + 2) ? ["RO", "access"] : ["RW", "access", "update"] }],
            _ => all,
        };
    }

    /// <summary>Where the keys of a call with this many words are, in their order.</summary>
    public IEnumerable<int> Words(int count)
    {
        int last = Last < 0 ? count + Last : First + Last;
        for (int i = First; i <= last && i < count; i += Step) yield return i;
    }

    // As Redis' setGetKeys: any word behind the value.
    private static bool HasGet(in ArgList args, int at)
    {
        for (int i = at; i < args.Count; i++)
        {
            if (args.Is(i, "GET"u8)) return true;
        }

        return false;
    }

    // As Redis' bitfieldGetKeys: GET encoding offset and OVERFLOW behavior, and nothing else.
    private static bool OnlyReads(in ArgList args, int at)
    {
        for (int i = at; i < args.Count;)
        {
            int left = args.Count - 1 - i;
            if (args.Is(i, "GET"u8) && left >= 2) i += 3;
            else if (args.Is(i, "OVERFLOW"u8) && left >= 1) i += 2;
            else return false;
        }

        return true;
    }

    private static string[] FlagsOf(CommandSpec spec) =>
        (ByName.GetValueOrDefault(spec.Name) ?? (spec.IsWrite ? "RW access update" : "RO access")).Split(' ');

    private static Dictionary<string, string> Index(params (string Flags, string Names)[] rows)
    {
        var all = new Dictionary<string, string>();
        foreach ((string flags, string names) in rows)
        {
            foreach (string name in names.Split(' ')) all.Add(name, flags);
        }

        return all;
    }
}
