using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Store;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// The stores of a silo's journal grain storages: one a folder, however many providers name it. Opened in the lifecycle's storage stage,
/// before any grain is active, and closed there when grains have been deactivated. One a silo.
/// </summary>
internal sealed partial class JournalStores(
    IEnumerable<JournalProvider> providers,
    IOptionsMonitor<JournalGrainStorageOptions> options,
    IServiceProvider services,
    ILogger<JournalStores> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>
    /// Least segment, 16 MiB: grain state is written at a lesser rate than keys, and a journal claims a segment or two of the disk.
    /// </summary>
    private const long LeastSegmentBytes = 16L * 1024 * 1024;

    private static readonly long _leastMarginBytes = new JournalOptions().MarginBytes;

    private readonly Lock _closing = new();
    private readonly List<OpenedStore> _opened = [];
    private volatile IReadOnlyDictionary<string, OpenedStore>? _byProvider;

    /// <summary>The table in which a provider keeps its states.</summary>
    public GrainStateTable Of(string provider) => _byProvider is { } all
        ? all[provider].Table
        : throw new JournalStorageException($"grain storage '{provider}' is used before the silo has started");

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(JournalStores), ServiceLifecycleStage.RuntimeStorageServices, OpenAsync, _ => CloseAsync());

    /// <summary>For a silo that is thrown away without a stop.</summary>
    public void Dispose() => CloseAsync().GetAwaiter().GetResult();

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var byProvider = new Dictionary<string, OpenedStore>();
        try
        {
            foreach (IGrouping<string?, string> shared in providers.Select(p => p.Name).Distinct().GroupBy(FolderOf, FolderComparer))
            {
                cancellation.ThrowIfCancellationRequested();
                if (shared.Key is null)
                {
                    foreach (string name in shared) byProvider[name] = Keep(name, Given(options.Get(name)));
                    continue;
                }

                // Recovery reads files and may take a while: not on the thread that starts the silo.
                OpenedStore opened = await Task.Run(() => Open(shared.Key, [.. shared]), CancellationToken.None).ConfigureAwait(false);
                foreach (string name in shared) byProvider[name] = Keep(name, opened);
            }

            _byProvider = byProvider;
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static StringComparer FolderComparer => OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private string? FolderOf(string provider) =>
        options.Get(provider).Folder is { } folder ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) : null;

    private OpenedStore Given(JournalGrainStorageOptions one) => OpenedStore.Use(one.Store!(services), one.Commits?.Invoke(services));

    private OpenedStore Open(string folder, string[] names)
    {
        JournalGrainStorageOptions first = options.Get(names[0]);
        foreach (string name in names)
        {
            if (options.Get(name).SnapshotInterval == first.SnapshotInterval) continue;
            throw new OrleansConfigurationException(
                $"grain storages '{names[0]}' and '{name}' share the folder {folder}, but differ in {nameof(first.SnapshotInterval)} "
                    + $"({first.SnapshotInterval}, {options.Get(name).SnapshotInterval}): give both the same");
        }

        long margin = Math.Max(_leastMarginBytes, 2L * names.Max(n => options.Get(n).MaxStateBytes));
        OpenedStore opened = OpenedStore.Open(folder, first.OpenDisk, new StoreOptions
        {
            ShardCount = 1, // users have no keys here
            HashSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            SnapshotIntervalMs = (long)first.SnapshotInterval.TotalMilliseconds,
            Journal = new JournalOptions { MarginBytes = margin, SegmentBytes = Math.Max(LeastSegmentBytes, 2 * margin) },
            Time = services.GetService<TimeProvider>() ?? TimeProvider.System,
            Faults = LogFault,
        });
        RecoveryResult found = opened.Table.Store.Recovery!;
        LogOpened(folder, string.Join(", ", names), opened.Table.Store.System.Shard.Table.Count, (long)found.Elapsed.TotalMilliseconds);
        if (found.TornBytes > 0) LogTorn(folder, found.TornBytes);
        return opened;
    }

    private OpenedStore Keep(string provider, OpenedStore opened)
    {
        lock (_closing)
        {
            if (!_opened.Contains(opened)) _opened.Add(opened);
        }

        int limit = options.Get(provider).MaxStateBytes;
        if (limit <= opened.Table.MaxValueBytes) return opened;
        throw new OrleansConfigurationException(
            $"grain storage '{provider}': {nameof(JournalGrainStorageOptions.MaxStateBytes)} is {limit}, but its store's journal claims "
                + $"room for {opened.Table.MaxValueBytes} bytes: lower it");
    }

    private async Task CloseAsync()
    {
        OpenedStore[] opened;
        lock (_closing)
        {
            opened = [.. _opened];
            _opened.Clear();
        }

        foreach (OpenedStore one in opened) await one.CloseAsync().ConfigureAwait(false);
    }

    [LoggerMessage(LogLevel.Information,
        "Opened the grain storage folder {Folder} for {Providers}: {States} states, recovered in {ElapsedMs} ms")]
    private partial void LogOpened(string folder, string providers, long states, long elapsedMs);

    [LoggerMessage(LogLevel.Warning, "Cut {Bytes} bytes of an unfinished write off the journal in {Folder}: the last stop was a crash. "
        + "Nothing that was acknowledged is lost")]
    private partial void LogTorn(string folder, long bytes);

    [LoggerMessage(LogLevel.Error, "A defect in the grain storage's thread {Where}, please report it; it goes on")]
    private partial void LogFault(string where, Exception failure);
}
