using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Properties;

/// <summary>
/// A store on a disk in memory beside a plain dictionary with deadlines: every step goes to both, and both must show the same.
/// </summary>
internal sealed class StoreModel : IDisposable
{
    private readonly List<Dictionary<string, LiveEntry>> _sinceCommit = [[]]; // the state at the last commit, and after each step since
    private Dictionary<string, LiveEntry> _expected = [];
    private MemoryDisk _disk = new();
    private StoreDriver _driver;
    private int _steps;

    public StoreModel() => _driver = new StoreDriver(_disk);

    public void Do(in StoreStep step)
    {
        string key = Key(step.Key), value = Value(step.Size);
        long deadline = step.Ms == 0 ? 0 : _driver.NowMs + step.Ms;
        switch (step.Kind)
        {
            case StoreStepKind.Set:
                _driver.Set(key, value, deadline);
                _expected[key] = new LiveEntry(value, deadline);
                break;
            case StoreStepKind.SetTogether:
                string[] keys = [.. new[] { key, Key((step.Key + 1) % StoreStep.Keys), Key((step.Key + 5) % StoreStep.Keys) }];
                _driver.SetTogether([.. keys.Select(k => (k, value))]);
                foreach (string each in keys) _expected[each] = new LiveEntry(value, 0);
                break;
            case StoreStepKind.Append:
                _driver.Append(key, value);
                _expected[key] = Live(key) is { } old ? old with { Value = old.Value + value } : new LiveEntry(value, 0);
                break;
            case StoreStepKind.Delete:
                _driver.Delete(key);
                _expected.Remove(key);
                break;
            case StoreStepKind.Expire or StoreStepKind.Persist:
                if (step.Kind == StoreStepKind.Persist) deadline = 0;
                _driver.SetDeadline(key, deadline);
                if (Live(key) is { } entry) _expected[key] = entry with { DeadlineMs = deadline };
                break;
            case StoreStepKind.Get:
                Assert.Equal(Live(key)?.Value, _driver.Get(key));
                break;
            case StoreStepKind.Advance:
                _driver.NowMs += step.Ms;
                break;
            case StoreStepKind.Housekeep:
                _driver.Store.Housekeeper.Step(_driver.NowMs);
                break;
            case StoreStepKind.Commit:
                Assert.True(_driver.Commit());
                break;
            case StoreStepKind.Snapshot:
                Assert.True(_driver.Store.Snapshots!.Save(), _driver.Store.Snapshots.Status.LastError);
                break;
            case StoreStepKind.Reopen:
                Reopen(isKilled: false);
                CheckAll();
                break;
            case StoreStepKind.Kill:
                Reopen(isKilled: true);
                FindAmongTheUncommitted();
                break;
        }

        _steps++;
        if (step.Kind is StoreStepKind.Commit or StoreStepKind.Snapshot or StoreStepKind.Reopen or StoreStepKind.Kill) _sinceCommit.Clear();
        _sinceCommit.Add(new(_expected));
    }

    public void CheckAll() => Assert.Equal(Sorted(_expected), Sorted(_driver.Live()));

    public void Dispose() => _driver.Dispose();

    private static string Key(int number) => (number % 4 == 0 ? "{t}" : "") + "k" + number;

    // Every value is another, and shows when a piece of another one is in it.
    private string Value(int size) => string.Concat(Enumerable.Repeat($"<{_steps}>", (size / 3) + 1))[..size];

    private LiveEntry? Live(string key)
    {
        if (!_expected.TryGetValue(key, out LiveEntry? entry)) return null;
        if (entry.DeadlineMs == 0 || entry.DeadlineMs > _driver.NowMs) return entry;
        _expected.Remove(key);
        return null;
    }

    private List<(string, LiveEntry)> Sorted(Dictionary<string, LiveEntry> entries) =>
        [.. entries.Where(e => e.Value.DeadlineMs == 0 || e.Value.DeadlineMs > _driver.NowMs).OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => (e.Key, e.Value))];

    private void Reopen(bool isKilled)
    {
        MemoryDisk left = isKilled ? _disk.AfterKill() : _disk;
        long now = _driver.NowMs;
        _driver.Dispose();
        _disk = left;
        _driver = new StoreDriver(_disk) { NowMs = now };
    }

    // What was committed is there; of what came after, steps in their order up to any point.
    private void FindAmongTheUncommitted()
    {
        List<(string, LiveEntry)> found = Sorted(_driver.Live());
        Dictionary<string, LiveEntry>? state = _sinceCommit.Find(state => Sorted(state).SequenceEqual(found));
        _expected = state ?? throw new Xunit.Sdk.XunitException(
            $"after a kill: [{string.Join(", ", found)}] is no state since the last commit");
    }
}
