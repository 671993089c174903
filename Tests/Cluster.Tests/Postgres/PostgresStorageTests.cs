using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Silo.Postgres;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>What Orleans asks of a grain storage, asked of "cluster" in a running silo.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresStorageTests(PostgresInstance postgres) : IAsyncLifetime
{
    private PostgresSilo? _silo;

    // Set by InitializeAsync, which runs before each test.
    private PostgresSilo Silo => _silo!;

    public async Task InitializeAsync()
    {
        if (PostgresPrograms.SkipReason is not null) return;
        string database = postgres.CreateDatabase();
        _silo = await PostgresSilo.StartAsync(database, more: silo => AddDeleting(silo, database));
    }

    public async Task DisposeAsync()
    {
        if (_silo is not null) await _silo.DisposeAsync();
    }

    [PostgresFact]
    public async Task Read_NothingWritten_IsADefaultWithoutARecord()
    {
        GrainState<PostgresProbeState> read = await ReadAsync(Grain("a"));

        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.Equal(0, read.State!.Number);
    }

    [PostgresFact]
    public async Task Write_ThenRead_GivesStateAndETag()
    {
        GrainState<PostgresProbeState> written = await WriteAsync(Grain("a"), State(7));

        GrainState<PostgresProbeState> read = await ReadAsync(Grain("a"));

        Assert.True(written.RecordExists);
        Assert.Equal((true, written.ETag, 7), (read.RecordExists, read.ETag, read.State!.Number));
    }

    [PostgresFact]
    public async Task Write_StaleETag_ThrowsAndChangesNothing()
    {
        await WriteAsync(Grain("a"), State(1));
        GrainState<PostgresProbeState> mine = await ReadAsync(Grain("a"));
        GrainState<PostgresProbeState> other = await ReadAsync(Grain("a"));
        other.State = new PostgresProbeState { Number = 2 };
        await WriteAsync(Grain("a"), other);
        mine.State = new PostgresProbeState { Number = 3 };

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(Grain("a"), mine));

        GrainState<PostgresProbeState> read = await ReadAsync(Grain("a"));
        Assert.Equal((other.ETag, 2), (read.ETag, read.State!.Number));
    }

    [PostgresFact]
    public async Task Write_NoETagWhereARecordIs_Throws()
    {
        await WriteAsync(Grain("a"), State(1));

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(Grain("a"), State(2)));

        Assert.Equal(1, (await ReadAsync(Grain("a"))).State!.Number);
    }

    [PostgresFact]
    public async Task Write_ETagWhereNoRecordIs_Throws()
    {
        GrainState<PostgresProbeState> state = State(1);
        state.ETag = "1";

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(Grain("a"), state));

        Assert.False((await ReadAsync(Grain("a"))).RecordExists);
    }

    [PostgresFact]
    public async Task Write_EightFirstsAtOnce_OneWins()
    {
        bool[] won = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                await WriteAsync(Grain("a"), State(i));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        })));

        int winner = Assert.Single(Enumerable.Range(1, 8), i => won[i - 1]);
        Assert.Equal(winner, (await ReadAsync(Grain("a"))).State!.Number);
    }

    [PostgresFact]
    public async Task Clear_ThenWrite_OldETagStaysStale()
    {
        GrainState<PostgresProbeState> state = await WriteAsync(Grain("a"), State(1));
        GrainState<PostgresProbeState> stale = await ReadAsync(Grain("a"));

        await Storage().ClearStateAsync("probe", Grain("a"), state);
        GrainState<PostgresProbeState> cleared = await ReadAsync(Grain("a"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(Grain("a"), stale));
        cleared.State = new PostgresProbeState { Number = 5 };
        await WriteAsync(Grain("a"), cleared);

        Assert.False(state.RecordExists);
        Assert.Equal(5, (await ReadAsync(Grain("a"))).State!.Number);
    }

    [PostgresFact]
    public async Task Clear_StaleETag_ThrowsAndLeavesTheState()
    {
        GrainState<PostgresProbeState> state = await WriteAsync(Grain("a"), State(1));
        GrainState<PostgresProbeState> stale = await ReadAsync(Grain("a"));
        await WriteAsync(Grain("a"), state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage().ClearStateAsync("probe", Grain("a"), stale));

        Assert.Equal(1, (await ReadAsync(Grain("a"))).State!.Number);
    }

    [PostgresFact]
    public async Task Clear_StorageThatDeletes_LeavesNoRow()
    {
        IGrainStorage deleting = Storage("deleting");
        GrainState<PostgresProbeState> state = State(1);
        await deleting.WriteStateAsync("probe", Grain("a"), state);

        await deleting.ClearStateAsync("probe", Grain("a"), state);

        Assert.Null(state.ETag);
        Assert.Null((await ReadAsync(Grain("a"))).ETag);
        await deleting.WriteStateAsync("probe", Grain("a"), State(2));
        Assert.Equal(2, (await ReadAsync(Grain("a"))).State!.Number);
    }

    [PostgresFact]
    public async Task Write_EveryKindOfKey_AreDifferentGrains()
    {
        var guid = new Guid("00000000-0000-0000-0000-000000000001");
        GrainId[] grains =
        [
            GrainId.Create(GrainType.Create("int"), GrainIdKeyExtensions.CreateIntegerKey(1)),
            GrainId.Create(GrainType.Create("int"), GrainIdKeyExtensions.CreateIntegerKey(-1)),
            GrainId.Create(GrainType.Create("int"), GrainIdKeyExtensions.CreateIntegerKey(1, "ext")),
            GrainId.Create(GrainType.Create("guid"), GrainIdKeyExtensions.CreateGuidKey(guid)),
            GrainId.Create(GrainType.Create("guid"), GrainIdKeyExtensions.CreateGuidKey(guid, "ext")),
            Grain("text"), Grain("TEXT"), Grain("täxt ✓ 'quoted' \\"), Grain(new string('x', 510)),
        ];
        for (int i = 0; i < grains.Length; i++) await WriteAsync(grains[i], State(i + 1));

        for (int i = 0; i < grains.Length; i++) Assert.Equal(i + 1, (await ReadAsync(grains[i])).State!.Number);
    }

    [PostgresFact]
    public async Task Write_TwoStatesOfOneGrain_AreKeptApart()
    {
        await Storage().WriteStateAsync("one", Grain("a"), State(1));
        await Storage().WriteStateAsync("two", Grain("a"), State(2));

        GrainState<PostgresProbeState> one = new();
        await Storage().ReadStateAsync("one", Grain("a"), one);
        Assert.Equal(1, one.State!.Number);
    }

    private static GrainId Grain(string key) => GrainId.Create("probe", "k/" + key);

    private static GrainState<PostgresProbeState> State(int number) => new(new PostgresProbeState { Number = number });

    // The same tables once more, deleting on clear.
    private static void AddDeleting(ISiloBuilder silo, string database) =>
        silo.AddAdoNetGrainStorage("deleting", options => options.Configure<Serializer>((storage, serializer) =>
        {
            storage.Invariant = "Npgsql";
            storage.ConnectionString = database;
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            storage.DeleteStateOnClear = true;
        }));

    private IGrainStorage Storage(string name = PostgresHosting.StorageName) => Silo.Services.GetRequiredKeyedService<IGrainStorage>(name);

    private async Task<GrainState<PostgresProbeState>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<PostgresProbeState>();
        await Storage().ReadStateAsync("probe", grain, state);
        return state;
    }

    private async Task<GrainState<PostgresProbeState>> WriteAsync(GrainId grain, GrainState<PostgresProbeState> state)
    {
        await Storage().WriteStateAsync("probe", grain, state);
        return state;
    }
}
