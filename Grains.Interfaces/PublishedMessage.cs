namespace OrleansKv.Grains;

/// <summary>A message of PUBLISH or SPUBLISH on its way to another node's subscribers.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Message">Its bytes.</param>
/// <param name="IsShard">It is for a shard channel. A node of an earlier version, which has none, leaves it out.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.published")]
public sealed record PublishedMessage(
    [property: Id(0)] byte[] Channel, [property: Id(1)] byte[] Message, [property: Id(2)] bool IsShard = false);
