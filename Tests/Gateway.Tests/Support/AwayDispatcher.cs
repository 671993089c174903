using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>Shards that are elsewhere: each command is answered with its last word, when the worker takes its answers.</summary>
/// <param name="signals">Whether the worker is woken for them, from another thread; otherwise the test takes them.</param>
internal sealed class AwayDispatcher(bool signals = false) : IShardDispatcher
{
    private readonly List<(Worker Worker, Session Session, byte[] Word)> _away = [];

    public JournalOffset Appended => default;

    public Durability DefaultDurability => Durability.EverySecond;

    public bool IsVolatile => true;

    public int Away => _away.Count;

    public bool Commit(JournalOffset upTo, Durability level) => true;

    public int Run(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes, Session session, Worker worker)
    {
        lock (_away)
        {
            for (int i = from; i < to; i++)
            {
                ArgList args = batch.Args(i, bytes);
                _away.Add((worker, session, args[args.Count - 1].ToArray()));
            }
        }

        session.IsWaiting = true;
        return to - from;
    }

    public void EndTurn(Worker worker)
    {
        if (signals) ThreadPool.UnsafeQueueUserWorkItem(static w => w.Signal(), worker, preferLocal: false);
    }

    public bool TakeAnswers(Worker worker, Action<Session> answered)
    {
        (Worker Worker, Session Session, byte[] Word)[] taken;
        lock (_away)
        {
            taken = [.. _away.Where(a => a.Worker == worker)];
            _away.RemoveAll(a => a.Worker == worker);
        }

        foreach ((_, Session session, byte[] word) in taken) session.Output.Bulk(word);
        foreach (Session session in taken.Select(t => t.Session).Distinct())
        {
            session.IsWaiting = false;
            answered(session);
        }

        return true;
    }

    public bool RunAtomically(Transaction transaction, WatchList? watched, Session session, Worker worker, Action writeReplies) =>
        throw new NotSupportedException();

    public void WriteReply(QueuedCommand command, Session session, Worker worker) => throw new NotSupportedException();

    public void Watch(in ArgList args, WatchList list, Session session, Worker worker) => throw new NotSupportedException();
}
