using Orleans.Storage;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>How a journal grain storage works: where it keeps states, and how safe a write is when it returns.</summary>
public sealed class JournalGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>
    /// Default of <see cref="MaxStateBytes"/>, 4 MiB: more than document stores take (1 to 2 MB) and half of the 8 MiB that a journal keeps
    /// claimed by default.
    /// </summary>
    public const int DefaultMaxStateBytes = 4 * 1024 * 1024;

    /// <summary>Most that <see cref="MaxStateBytes"/> can be, 256 MiB: the journal claims several times as much of the disk.</summary>
    public const int LargestMaxStateBytes = 256 * 1024 * 1024;

    /// <summary>
    /// The data folder, made if it is missing; required unless a store is given. It belongs to one silo, and no other silo sees what is in
    /// it (<see cref="ExpectsOtherSilos"/>). Providers of a silo that name the same folder share one journal.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>
    /// Says that the cluster is meant to have more than one silo though each keeps its states for itself, because grains stay on their silo
    /// (a placement that pins them). Without it the silo warns: a grain that comes up on another silo starts from nothing.
    /// </summary>
    public bool ExpectsOtherSilos { get; set; }

    /// <summary>How safe a write is when it returns; on the disk by default.</summary>
    public Durability Durability { get; set; } = Durability.Always;

    /// <summary>
    /// Largest serialized state, bytes; 1 to <see cref="LargestMaxStateBytes"/>. A larger one is refused before it is written.
    /// </summary>
    public int MaxStateBytes { get; set; } = DefaultMaxStateBytes;

    /// <summary>
    /// Time between snapshots, which bound what a start has to replay; zero for none by time (1 GiB of journal starts one in any case).
    /// Providers that share a folder give the same. Not used with a store that is given.
    /// </summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Turns states into bytes; by default the one registered under the provider's name, or else the silo's (JSON).</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!; // set by Orleans' post-configuration at the latest

    /// <summary>
    /// Which writes are read back first, so that a state that could not be read after a restart is refused; every write by default.
    /// </summary>
    public StateReadBackMode ReadBack { get; set; } = StateReadBackMode.EveryWrite;

    internal Func<IServiceProvider, NodeStore>? Store { get; private set; }

    internal Func<IServiceProvider, CommitQueue?>? Commits { get; private set; }

    /// <summary>The folder's disk; tests put faults there.</summary>
    internal Func<string, IDisk> OpenDisk { get; set; } = folder => new PhysicalDisk(folder);

    /// <summary>
    /// Keeps states in a store that the host has opened, and closes after the silo has stopped, instead of opening a folder. It is asked
    /// for when the silo starts, in the stage RuntimeStorageServices.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="commits">The queue that commits its journal; one is made if it is not given or gives none.</param>
    public void UseStore(Func<IServiceProvider, NodeStore> store, Func<IServiceProvider, CommitQueue?>? commits = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
        Commits = commits;
    }
}
