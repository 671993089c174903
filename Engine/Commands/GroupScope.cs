using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Engine.Commands;

/// <summary>
/// What a group of commands (a transaction, a batch's group) needs to run as one: the locks of all its keys' shards, the journal, memory.
/// Both hosts gather it member by member, and then run the group. A field or local of its owner; one thread.
/// </summary>
public struct GroupScope
{
    private readonly CommandRunner _runner;
    private readonly LockSet _locks;
    private bool _writes;
    private bool _grows;

    internal GroupScope(CommandRunner runner, LockSet locks)
    {
        _runner = runner;
        _locks = locks;
        locks.Clear();
    }

    /// <summary>Adds a command; false when a key of it is too long.</summary>
    public bool Add(DataCommand command, in ArgList args)
    {
        _writes |= command.IsWrite;
        _grows |= command.DenyOom;
        return _runner.AddKeys(_locks, command, args);
    }

    /// <summary>Adds every shard, for a command on all keys.</summary>
    public readonly void AddAllShards() => _locks.AddAll();

    /// <summary>Adds a key whose change forbids the group.</summary>
    public readonly void Watch(ReadOnlySpan<byte> key) => _locks.Add(KeyRef.Of(key, _runner.Store.HashSeed));

    /// <summary>Runs the members (<see cref="CommandRunner.RunGroup"/>). False when a watched key has changed: then nothing runs.</summary>
    /// <param name="group">The members.</param>
    /// <param name="refusal">Why they must not run, if that is known; else set to why not, or null when they ran.</param>
    public readonly bool Run<TGroup>(ref TGroup group, ref string? refusal)
        where TGroup : ICommandGroup, allows ref struct =>
        _runner.RunGroup(_locks, _writes, _grows, ref group, ref refusal);
}
