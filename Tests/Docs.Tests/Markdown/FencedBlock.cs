namespace OrleansKv.Docs.Tests.Markdown;

/// <summary>A block between fences.</summary>
/// <param name="Language">The word behind the opening fence; empty for none.</param>
/// <param name="Line">Number of the first line between the fences in the document, from 1.</param>
internal sealed record FencedBlock(string Language, int Line, IReadOnlyList<string> Lines);
