namespace OrleansKv.Engine.Registers;

/// <summary>What has become of the value that an operation proposed in an earlier attempt.</summary>
internal enum ChangeFate
{
    /// <summary>It was never proposed, or has lost against another and will not come any more.</summary>
    NotHappened,

    /// <summary>It is the register's value.</summary>
    Happened,

    /// <summary>The register has been changed more than once since: whether one of those changes stands on it is not known.</summary>
    Unknown,
}
