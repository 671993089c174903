using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OrleansKv.Client;
using OrleansKv.Grains;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>A cluster of one scripted shard, behind a grain factory that knows only it and its map.</summary>
public class ScriptedGrains : DispatchProxy
{
    private readonly ScriptedShard _shard = new();
    private readonly ScriptedMap _map = new();

    internal ScriptedShard Shard => _shard;

    internal ScriptedMap Map => _map;

    internal static IKeyValueStore StoreOver(out ScriptedGrains grains, Action<KeyValueStoreOptions>? options = null)
    {
        IGrainFactory factory = Create<IGrainFactory, ScriptedGrains>();
        grains = (ScriptedGrains)factory;
        return new ServiceCollection().AddSingleton(factory).AddOrleansKv(options).BuildServiceProvider()
            .GetRequiredService<IKeyValueStore>();
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Type asked = targetMethod!.GetGenericArguments().Single();
        if (asked == typeof(IShardGrain)) return _shard;
        return asked == typeof(ISlotMapGrain) ? _map : throw new NotSupportedException(asked.Name);
    }
}
