using OrleansKv.Engine.Commands;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>One run of keys of a command and what happens to them: a key specification of COMMAND INFO.</summary>
/// <param name="Flags">Redis' words: <c>RO</c>, <c>RW</c>, <c>OW</c> or <c>RM</c>, then access, update, insert, delete.</param>
/// <param name="First">Word of the first key.</param>
/// <param name="Last">Words from the first key to the last; negative: from the end of the command.</param>
/// <param name="Step">Words from key to key.</param>
internal sealed record KeyAccess(string[] Flags, int First, int Last, int Step)
{
    private static readonly Dictionary<string, string> ByName = Index(
        ("RW access update", "setbit getex incrby incrbyfloat incr getset move decr decrby"),
        ("RW insert", "append"),
        ("OW insert", "setnx msetnx"),
        ("RO", "touch watch exists type memory|usage object|encoding object|freq object|idletime object|refcount object|version"),
        ("RW update", "pexpire expireat expire pexpireat persist setrange"),
        ("OW update", "restore psetex setex mset put"),
        ("RW access update variable_flags", "bitfield set"),
        ("RW access delete", "getdel"),
        ("RM delete", "del unlink delete"));

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

    /// <summary>Where the keys of a call with this many words are, in their order.</summary>
    public IEnumerable<int> Words(int count)
    {
        int last = Last < 0 ? count + Last : First + Last;
        for (int i = First; i <= last && i < count; i += Step) yield return i;
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
