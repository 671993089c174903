using System.Collections.Concurrent;

namespace OrleansKv.Testing;

/// <summary>
/// What all silos of one test cluster share: the options, and the storage of the cluster's map, which outlives killed silos as a database
/// does.
/// </summary>
internal sealed class TestClusterParts(OrleansKvTestOptions options)
{
    /// <summary>
    /// Where a configurator that Orleans makes of its type alone finds its cluster's parts: the key in the cluster's properties.
    /// </summary>
    public const string PropertyName = "OrleansKvTestCluster";

    private static readonly ConcurrentDictionary<string, TestClusterParts> Registered = new();

    public OrleansKvTestOptions Options { get; } = options;

    public SharedGrainStorage Map { get; } = new();

    public static TestClusterParts Find(string? name) => name is not null && Registered.TryGetValue(name, out TestClusterParts? parts)
        ? parts
        : throw new InvalidOperationException("OrleansKv.Testing is for test clusters whose silos run in the test's own process");

    /// <summary>Returns the name to find it by.</summary>
    public string Register()
    {
        string name = Guid.NewGuid().ToString("N");
        Registered[name] = this;
        return name;
    }
}
