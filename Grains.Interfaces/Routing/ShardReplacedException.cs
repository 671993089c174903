namespace OrleansKv.Grains.Routing;

/// <summary>A call was given up: the shard that was asked is led by another node meanwhile, so that no answer of it counts.</summary>
internal sealed class ShardReplacedException() : Exception("the shard has another leader meanwhile");
