using System.Globalization;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// Grain storage of the cluster map, in a register of the nodes themselves. A state's ETag is the register's version. Any thread.
/// </summary>
internal sealed class MapRegisterStorage(IRegisters registers, Serializer serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        RegisterValue? value = await registers.Read(NameOf(stateName, grainId), CancellationToken.None);
        grainState.RecordExists = value is { Bytes.Length: > 0 };
        grainState.ETag = TagOf(value);
        if (grainState.RecordExists) grainState.State = serializer.Deserialize<T>(value!.Bytes);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Replace(NameOf(stateName, grainId), grainState, serializer.SerializeToArray(grainState.State));
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Replace(NameOf(stateName, grainId), grainState, []);
        grainState.RecordExists = false;
    }

    // One grain has one state here; what is stored is as large as the register's messages allow.
    private static string NameOf(string stateName, GrainId grainId) =>
        string.Create(CultureInfo.InvariantCulture, $"{stateName}-{grainId.Key}");

    private static string? TagOf(RegisterValue? value) => value?.Version.ToString(CultureInfo.InvariantCulture);

    private async Task Replace<T>(string register, IGrainState<T> grainState, byte[] bytes)
    {
        string? was = grainState.ETag;
        RegisterOutcome outcome = await registers.Change(register, value => TagOf(value) == was ? bytes : null, CancellationToken.None);
        RegisterValue? now = outcome.Value;
        bool isDone = outcome.Kind == OutcomeKind.Changed;
        if (outcome.Kind == OutcomeKind.Unknown)
        {
            now = await registers.Settle(register, CancellationToken.None);
            isDone = now is not null && now.Bytes.Span.SequenceEqual(bytes); // a map has its version in it, which is used once
        }

        if (!isDone) throw new InconsistentStateException($"register {register} has another value than was read", TagOf(now), was);
        grainState.ETag = TagOf(now);
    }
}
