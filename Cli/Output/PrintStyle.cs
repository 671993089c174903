namespace OrleansKv.Cli.Output;

/// <summary>How replies are written.</summary>
internal enum PrintStyle
{
    /// <summary>The bytes themselves.</summary>
    Raw,

    /// <summary>With types, for a person.</summary>
    Typed,

    /// <summary>One line of JSON a reply.</summary>
    Json,
}
