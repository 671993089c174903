namespace OrleansKv.Cli.Shell;

/// <summary>What a key did to the line.</summary>
internal enum LineResult
{
    Editing,
    Done,
    Cancelled,
    Left,
}
