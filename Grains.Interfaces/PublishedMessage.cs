namespace OrleansKv.Grains;

/// <summary>A message of PUBLISH on its way to another node's subscribers.</summary>
[GenerateSerializer, Immutable, Alias("orleanskv.published")]
public sealed record PublishedMessage([property: Id(0)] byte[] Channel, [property: Id(1)] byte[] Message);
