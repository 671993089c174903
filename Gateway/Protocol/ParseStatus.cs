namespace OrleansKv.Gateway.Protocol;

/// <summary>What a parser made of the bytes it was given.</summary>
internal enum ParseStatus
{
    /// <summary>One whole command was taken.</summary>
    Complete,

    /// <summary>The bytes end inside a command.</summary>
    Incomplete,

    /// <summary>The bytes are no command; the connection can only be closed.</summary>
    Error,
}
