namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>One command of a block with what the document shows below it.</summary>
/// <param name="Line">Where the command is in its document, from 1.</param>
/// <param name="Typed">What is typed into the program that the command starts (a shell such as redis-cli), a line each.</param>
/// <param name="Expected">What is printed; null where the block shows commands alone. Three dots stand for what varies.</param>
internal sealed record Step(int Line, string Command, IReadOnlyList<string> Typed, IReadOnlyList<string>? Expected);
