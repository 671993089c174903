using OrleansKv.Engine.Io;
using OrleansKv.Engine.Registers;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Simulation.Registers;

/// <summary>
/// A node: a folder on a simulated disk, the acceptor in it, and a proposer. It is up or down, and can stand still for a while: what
/// arrives then is handled when it goes on.
/// </summary>
internal sealed class SimulatedNode(int number, Random random, RegisterSimulationOptions options)
{
    private MemoryDisk _disk = new();
    private AcceptorId _id = NewId(random);

    public int Number => number;

    public bool IsUp => Acceptor is not null;

    public Acceptor? Acceptor { get; private set; }

    public Proposer? Proposer { get; private set; }

    /// <summary>A change of the acceptors that this node drives.</summary>
    public AcceptorSetChange? SetChange { get; set; }

    /// <summary>Raised with each start: what an earlier life was waiting for is nothing to this one.</summary>
    public int Life { get; private set; }

    public TimeSpan StandsStillUntil { get; set; }

    /// <summary>The id of the folder, also while the node is down.</summary>
    public AcceptorId Id => _id;

    /// <summary>
    /// Opens the folder. <paramref name="known"/> is what the node was told of the acceptors; its folder may know better.
    /// </summary>
    public void Start(AcceptorSet known)
    {
        IDisk disk = options.HostMutation == HostMutation.BallotNotFlushed ? new UnflushedDisk(_disk) : _disk;
        AcceptorFolder folder = AcceptorFolder.Open(disk, _id);
        _id = folder.Id;
        ProposerId proposer = options.HostMutation == HostMutation.BallotsUsedAgain ? folder.Proposer with { Life = 1 } : folder.Proposer;
        AcceptorSet set = folder.Set.Version >= known.Version ? folder.Set : known;
        Acceptor = new Acceptor(folder.Id, folder.Set, folder.Slots, folder);
        Proposer = new Proposer(proposer, set, new ProposerOptions(), random) { Mutation = options.Mutation };
        Life++;
    }

    /// <summary>The next operation of its disk but some fails, and with it the acceptor.</summary>
    public void FailDiskSoon() => _disk.FailFrom = _disk.Operations + 1 + random.Next(6);

    /// <summary>kill -9, or a cut of its power: then what was not flushed is lost or torn.</summary>
    public void Crash(bool losesPower)
    {
        Acceptor = null;
        Proposer = null;
        SetChange = null;
        _disk = losesPower ? _disk.AfterPowerCut(random) : _disk.AfterKill();
    }

    /// <summary>The folder is gone; the node is down.</summary>
    public void LoseFolder()
    {
        _disk = new MemoryDisk();
        if (options.HostMutation != HostMutation.LostFolderIsTheSameAcceptor) _id = NewId(random);
    }

    private static AcceptorId NewId(Random random) => new((ulong)random.NextInt64(1, long.MaxValue));
}
