using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Strings;

/// <summary>LCS: the longest common subsequence of two values, by the usual table (length a times length b cells of 4 bytes).</summary>
internal static class LcsCommand
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("lcs", Run),
    ];

    private readonly record struct Match(int AStart, int AEnd, int BStart, int BEnd)
    {
        public int Length => AEnd - AStart + 1;
    }

    private static void Run(ref CommandContext context)
    {
        byte[] a = ValueOf(ref context, 1); // before the options, as in Redis: a wrong call counts as a look-up, too
        byte[] b = ValueOf(ref context, 2);
        bool lengthOnly = false, indexes = false, withLength = false;
        long least = 0;
        for (int i = 3; i < context.Args.Count; i++)
        {
            if (context.Args.Is(i, "LEN"u8)) lengthOnly = true;
            else if (context.Args.Is(i, "IDX"u8)) indexes = true;
            else if (context.Args.Is(i, "WITHMATCHLEN"u8)) withLength = true;
            else if (context.Args.Is(i, "MINMATCHLEN"u8) && i + 1 < context.Args.Count)
            {
                if (!Number.TryInteger(context.Args[++i], out least))
                {
                    context.Reply.Error(Errors.NotAnInteger);
                    return;
                }

                least = Math.Max(0, least);
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }

        if (lengthOnly && indexes)
        {
            context.Reply.Error("ERR If you want both the length and indexes, please just use IDX."u8);
            return;
        }

        if ((a.Length + 1L) * (b.Length + 1L) * sizeof(int) > context.Store.MaxValueBytes)
        {
            context.Reply.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"u8);
            return;
        }

        int[] table = Fill(a, b);
        int length = table[^1];
        if (lengthOnly)
        {
            context.Reply.Integer(length);
            return;
        }

        var common = new byte[length];
        List<Match> matches = Trace(a, b, table, common, least);
        if (!indexes)
        {
            context.Reply.Bulk(common);
            return;
        }

        context.Reply.Map(2);
        context.Reply.Bulk("matches"u8);
        context.Reply.Array(matches.Count);
        foreach (Match match in matches)
        {
            context.Reply.Array(withLength ? 3 : 2);
            context.Reply.Array(2);
            context.Reply.Integer(match.AStart);
            context.Reply.Integer(match.AEnd);
            context.Reply.Array(2);
            context.Reply.Integer(match.BStart);
            context.Reply.Integer(match.BEnd);
            if (withLength) context.Reply.Integer(match.Length);
        }

        context.Reply.Bulk("len"u8);
        context.Reply.Integer(length);
    }

    private static byte[] ValueOf(ref CommandContext context, int index)
    {
        KeyRef key = context.Key(index);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        return entry.IsNone ? [] : shard.Table.ValueOf(entry).ToArray();
    }

    private static int[] Fill(byte[] a, byte[] b)
    {
        int width = b.Length + 1;
        var table = new int[(a.Length + 1) * width];
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                table[(i * width) + j] = a[i - 1] == b[j - 1]
                    ? table[((i - 1) * width) + j - 1] + 1
                    : Math.Max(table[((i - 1) * width) + j], table[(i * width) + j - 1]);
            }
        }

        return table;
    }

    // Walks back from the end, gathering runs that are contiguous in both; the last match comes first, as Redis lists them.
    private static List<Match> Trace(byte[] a, byte[] b, int[] table, byte[] common, long least)
    {
        int width = b.Length + 1;
        var matches = new List<Match>();
        Match? run = null;
        int at = common.Length;
        for (int i = a.Length, j = b.Length; i > 0 && j > 0;)
        {
            bool extends = false;
            if (a[i - 1] == b[j - 1])
            {
                common[--at] = a[i - 1];
                if (run is { } r && r.AStart == i && r.BStart == j)
                {
                    run = r with { AStart = i - 1, BStart = j - 1 };
                }
                else
                {
                    Close();
                    run = new Match(i - 1, i - 1, j - 1, j - 1);
                }

                extends = run.Value.AStart > 0 && run.Value.BStart > 0;
                i--;
                j--;
            }
            else if (table[((i - 1) * width) + j] > table[(i * width) + j - 1])
            {
                i--;
            }
            else
            {
                j--;
            }

            if (!extends) Close();
        }

        Close();
        return matches;

        void Close()
        {
            if (run is { } r && r.Length >= least) matches.Add(r);
            run = null;
        }
    }
}
