using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// This node's acceptor on a thread of its own, which waits for the disk. After a failure of the disk it answers nothing any more, as a
/// dead node's; the others go on.
/// </summary>
internal sealed partial class AcceptorThread : IDisposable
{
    private readonly ILogger _log;
    private readonly string _place;
    private readonly AcceptorFolder? _folder;
    private readonly Acceptor _acceptor;
    private readonly WorkThread _thread;
    private volatile AcceptorSet _set;
    private bool _hasFailed; // the thread's
    private bool _isShort; // the last answer could not be saved

    private AcceptorThread(ProposerId life, AcceptorSet set, IReadOnlyDictionary<string, AcceptorSlot> slots, PeerBook peers,
        AcceptorFolder? folder, string place, ILogger log)
    {
        (Proposer, _set, Peers, _folder, _place, _log) = (life, set, peers, folder, place, log);
        _acceptor = new Acceptor(life.Folder, set, slots, folder ?? (IAcceptorLog)MemoryLog.Instance);
        _thread = new WorkThread("acceptor", static () => Timeout.InfiniteTimeSpan);
    }

    public AcceptorId Id => Proposer.Folder;

    /// <summary>This life of the folder.</summary>
    public ProposerId Proposer { get; }

    /// <summary>The newest acceptors that it has been asked with.</summary>
    public AcceptorSet Set => _set;

    /// <summary>The nodes as the folder had them when it was opened.</summary>
    public PeerBook Peers { get; }

    /// <summary>
    /// Opens the folder; null keeps all in memory, and each start is another acceptor. Throws as <see cref="AcceptorFolder.Open"/>.
    /// </summary>
    public static AcceptorThread Open(IDisk? disk, ILogger log)
    {
        var ifNew = new AcceptorId((ulong)Random.Shared.NextInt64(1, long.MaxValue));
        if (disk is null)
            return new AcceptorThread(
                new ProposerId(ifNew, 1), AcceptorSet.None, new Dictionary<string, AcceptorSlot>(), PeerBook.Empty, null, "memory", log);
        AcceptorFolder folder = AcceptorFolder.Open(disk, ifNew);
        return new AcceptorThread(folder.Proposer, folder.Set, folder.Slots, folder.Peers, folder, disk.Folder, log);
    }

    /// <summary>Answers a request, or does not: when it has too much to do, or its disk has failed. Any thread.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Takes the reply, on the acceptor's thread.</param>
    public void Handle(RegisterRequest request, Action<RegisterReply> answer) => _thread.TryPost(() =>
    {
        if (_hasFailed) return;
        try
        {
            RegisterReply reply = _acceptor.Handle(request);
            _set = _acceptor.Set;
            if (_isShort) LogSavesAgain(_place);
            _isShort = false;
            answer(reply);
        }
        catch (NotSavedException failure)
        {
            if (!_isShort) LogNotSaved(_place, failure.Message);
            _isShort = true;
        }
        catch (IOException failure)
        {
            _hasFailed = true;
            LogFailed(_place, failure.Message);
        }
    });

    /// <summary>Writes the set down before anybody is asked with it; ends when it is on the disk.</summary>
    public Task Save(AcceptorSet set) => Save(folder => folder.Save(set));

    /// <summary>Keeps the nodes' addresses for the next start.</summary>
    public Task Save(PeerBook peers) => Save(folder => folder.Save(peers));

    public void Dispose() => _thread.Dispose();

    private Task Save(Action<AcceptorFolder> save)
    {
        if (_folder is not { } folder) return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isPosted = _thread.TryPost(() =>
        {
            try
            {
                save(folder);
                done.SetResult();
            }
            catch (IOException failure)
            {
                done.SetException(failure);
            }
        });
        if (!isPosted) done.SetException(new IOException("the acceptor has ended"));
        return done.Task;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Folder} cannot be written ({Problem}): this node has no part in decisions of the "
        + "cluster until it can")]
    private partial void LogNotSaved(string folder, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Folder} can be written again: this node has its part in decisions")]
    private partial void LogSavesAgain(string folder);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Folder} cannot be written ({Problem}): this node has no part in decisions of the "
        + "cluster until it is started again")]
    private partial void LogFailed(string folder, string problem);

    /// <summary>Of an acceptor that lives as long as its process.</summary>
    private sealed class MemoryLog : IAcceptorLog
    {
        public static readonly MemoryLog Instance = new();

        public void Save(string register, AcceptorSlot slot)
        {
            // the acceptor has it
        }

        public void Save(AcceptorSet set)
        {
            // the acceptor has it
        }
    }
}
