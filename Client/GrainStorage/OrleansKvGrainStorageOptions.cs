using Orleans.Storage;
using OrleansKv.Grains.Storage;

namespace OrleansKv.Client;

/// <summary>How a grain storage in the store works.</summary>
public sealed class OrleansKvGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>
    /// What stands before the keys of this provider; by default <c>grain:</c>, the provider's name and a colon. Services that share a store
    /// and have providers of the same name give each its own.
    /// </summary>
    public string? KeyPrefix { get; set; }

    /// <summary>Turns states into bytes; by default the one registered under the provider's name, or else the silo's (JSON).</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!; // set by Orleans' post-configuration at the latest

    /// <summary>
    /// Which writes are read back first, so that a state that could not be read later is refused; every write by default.
    /// </summary>
    public StateReadBackMode ReadBack { get; set; } = StateReadBackMode.EveryWrite;
}
