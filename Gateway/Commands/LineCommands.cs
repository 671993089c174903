using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>The commands of our own: BATCH, REBALANCE, NODES.</summary>
internal static class LineCommands
{
    /// <summary>Most lines of one BATCH: with 64 B values some 10 MB, held until the last line has come.</summary>
    private const int MaxLines = 100_000;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("batch", 2, NoMulti, "orleanskv", "orleanskv",
            "Runs the next n commands as one atomic group and answers with the array of their replies; a number that is refused closes "
                + "the connection.", "n", Batch),
        SessionCommand.Of("rebalance", 2, Admin | NoMulti, "orleanskv", "orleanskv",
            "Changes the number of shards while traffic runs; INFO shows the progress.", "shards",
            static (Session s, in ArgList a) => s.Server.Control.Rebalance(s, a)),
        SessionCommand.Of("nodes", 1, Fast, "orleanskv", "orleanskv", "Lists the nodes of the store with what they hold.", "",
            static (Session s, in ArgList _) => s.Server.Control.Nodes(s)),
    ];

    private static void Batch(Session session, in ArgList args)
    {
        if (!Number.TryInteger(args[1], out long lines) || lines < 0)
        {
            Refuse(session, "ERR value is not an integer or out of range");
        }
        else if (lines > MaxLines)
        {
            Refuse(session, $"ERR a batch has at most {MaxLines} lines");
        }
        else if (lines == 0)
        {
            session.Output.Array(0);
        }
        else
        {
            session.Transaction = new Transaction { IsBatch = true, LinesLeft = (int)lines };
            session.UpdatePlain();
        }
    }

    // Its lines may be on their way, and would run one by one: they cannot be told from what comes after them.
    private static void Refuse(Session session, string error)
    {
        session.Output.Error(error);
        session.CloseAfterReply();
    }
}
