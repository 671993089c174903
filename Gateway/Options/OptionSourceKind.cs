namespace OrleansKv.Gateway.Options;

/// <summary>Where a value came from, weakest first.</summary>
public enum OptionSourceKind
{
    Default,
    File,
    Environment,
    CommandLine,

    /// <summary>CONFIG SET while the server ran.</summary>
    Runtime,
}
