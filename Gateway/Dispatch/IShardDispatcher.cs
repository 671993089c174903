using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>
/// Runs data commands on the shards that own their keys. The embedded host locks the shard and runs them on the spot; the cluster
/// host turns them into grain calls. Called by I/O threads, for one session at a time.
/// </summary>
internal interface IShardDispatcher
{
    /// <summary>
    /// Runs frames <paramref name="from"/> to <paramref name="to"/> (exclusive) of the batch in order and appends one reply each to
    /// the session's output. All have the right number of words. Returns the frames run: fewer when the output has grown past its bound.
    /// A dispatcher whose shards are elsewhere takes all of them and leaves the session waiting (<see cref="Session.IsWaiting"/>).
    /// </summary>
    int Run(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes, Session session, Worker worker);

    /// <summary>
    /// Runs a transaction. First, with <paramref name="watched"/>, it checks that no watched key has changed: if one has, nothing runs and
    /// false is returned. Then its data commands run as one atomic group under the locks of all their shards, and their replies are kept.
    /// Then, with no lock held, <paramref name="writeReplies"/> is called, which runs the session's own commands among them and asks for
    /// the data commands' replies one after the other (<see cref="WriteReply"/>); where the shards are elsewhere, that is when their answer
    /// has come.
    /// </summary>
    bool RunAtomically(Transaction transaction, WatchList? watched, Session session, Worker worker, Action writeReplies);

    /// <summary>
    /// Writes the reply of the transaction's next data command, which has run (inside <see cref="RunAtomically"/>'s callback).
    /// </summary>
    void WriteReply(QueuedCommand command, Session session, Worker worker);

    /// <summary>Notes the versions of the keys of a WATCH command, and replies.</summary>
    void Watch(in ArgList args, WatchList list, Session session, Worker worker);

    /// <summary>Sends what the sessions of this worker have asked of shards elsewhere since the last call; once a turn.</summary>
    void EndTurn(Worker worker)
    {
    }

    /// <summary>
    /// Takes the answers that are due for this worker's sessions, and tells of each session that waits no longer as soon as its replies are
    /// written. False when none was due. Called at every turn, whether the worker was signalled or not.
    /// </summary>
    bool TakeAnswers(Worker worker, Action<Session> answered) => false;

    /// <summary>Longest sleep before this worker must look for answers although nobody signalled, ms; -1: none.</summary>
    int AnswerPollMs(Worker worker) => -1;

    /// <summary>How far the journal has been appended to by anyone.</summary>
    JournalOffset Appended { get; }

    /// <summary>Blocks until everything below <paramref name="upTo"/> is as safe as asked; false when the journal has failed.</summary>
    bool Commit(JournalOffset upTo, Durability level);

    /// <summary>Level of a connection that asked for none.</summary>
    Durability DefaultDurability { get; }

    /// <summary>Whether replies need no commit here: persistence is off, or they were committed where they ran.</summary>
    bool IsVolatile { get; }

    /// <summary>Whether persistence is off.</summary>
    bool KeepsNothing => IsVolatile;
}
