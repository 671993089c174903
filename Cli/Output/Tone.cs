namespace OrleansKv.Cli.Output;

/// <summary>What a piece of output is; a terminal shows each in its own colour.</summary>
internal enum Tone
{
    Text,
    Status,
    Error,
    Number,
    Muted,
}
