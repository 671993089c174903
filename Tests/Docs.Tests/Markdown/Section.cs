namespace OrleansKv.Docs.Tests.Markdown;

/// <summary>A heading with the blocks below it, up to the next heading of any level.</summary>
internal sealed record Section(string Heading, IReadOnlyList<FencedBlock> Blocks);
