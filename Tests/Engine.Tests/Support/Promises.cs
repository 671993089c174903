using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// What a store owes: of each key the last value that it acknowledged. The first write whose commit failed may be there or not; what was
/// tried after it must not.
/// </summary>
internal sealed class Promises
{
    private readonly Dictionary<string, string> _acknowledged = [];
    private (string Key, string Value)? _unknown;

    /// <summary>Writes and commits; whether the store acknowledged it.</summary>
    public bool Write(StoreDriver driver, string key, string value, Durability level)
    {
        driver.Set(key, value);
        if (driver.Commit(level))
        {
            _acknowledged[key] = value;
            return true;
        }

        _unknown ??= (key, value);
        return false;
    }

    public void AssertKept(MemoryDisk left, string when)
    {
        using var driver = new StoreDriver(left);
        Dictionary<string, string> found = driver.All();
        foreach (string key in _acknowledged.Keys.Union(found.Keys))
        {
            string? now = found.GetValueOrDefault(key);
            bool isKept = now == _acknowledged.GetValueOrDefault(key) || (key, now) == _unknown;
            Assert.True(isKept, $"{when}: '{key}' was acknowledged as '{_acknowledged.GetValueOrDefault(key)}' and is '{now}'");
        }
    }
}
