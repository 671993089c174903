using OrleansKv.Engine;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// A store in use, with what was opened for it and must be closed again: all of it for a folder, the commit queue at most for a store that
/// was given.
/// </summary>
internal sealed class OpenedStore
{
    private readonly Stack<IDisposable> _owned = new();

    private OpenedStore()
    {
    }

    public GrainStateTable Table { get; private init; } = null!;

    public static OpenedStore Use(NodeStore store, CommitQueue? commits)
    {
        CommitQueue queue = commits ?? new CommitQueue(store.Journal);
        var opened = new OpenedStore { Table = new GrainStateTable(store, queue) };
        if (commits is null) opened._owned.Push(queue);
        return opened;
    }

    /// <summary>Locks, recovers and opens a folder; throws <see cref="JournalStorageException"/> with one line for an operator.</summary>
    public static OpenedStore Open(string folder, Func<string, IDisk> openDisk, StoreOptions options)
    {
        var owned = new Stack<IDisposable>();
        try
        {
            IDisk disk = openDisk(folder);
            owned.Push(FolderLock.Take(folder));
            NodeStore store = NodeStore.Open(options, disk);
            owned.Push(store);
            var commits = new CommitQueue(store.Journal);
            owned.Push(commits);
            var opened = new OpenedStore { Table = new GrainStateTable(store, commits) };
            foreach (IDisposable one in owned.Reverse()) opened._owned.Push(one);
            return opened;
        }
        catch (Exception failure)
        {
            CloseAll(owned);
            throw Explained(folder, failure);
        }
    }

    /// <summary>Waits for running operations, then commits and closes in reverse order of opening.</summary>
    public async Task CloseAsync()
    {
        await Table.CloseAsync().ConfigureAwait(false);
        await Task.Run(() => CloseAll(_owned)).ConfigureAwait(false);
    }

    private static void CloseAll(Stack<IDisposable> owned)
    {
        lock (owned)
        {
            while (owned.TryPop(out IDisposable? one)) one.Dispose();
        }
    }

    private static Exception Explained(string folder, Exception failure) => failure switch
    {
        FolderInUseException used => new JournalStorageException(
            $"the grain storage folder {folder} is in use by another silo or server (its lock is {used.LockPath}); stop that one or name "
                + $"another folder", failure),
        CorruptionException => new JournalStorageException($"the grain storage folder {folder} is damaged: {failure.Message}", failure),
        UnauthorizedAccessException => new JournalStorageException(
            $"the grain storage folder {folder} cannot be written: {failure.Message} Give this process the right to, or name "
                + "another folder", failure),
        IOException => new JournalStorageException($"the grain storage folder {folder} cannot be opened: {failure.Message}", failure),
        _ => failure,
    };
}
