namespace OrleansKv.Silo.Hosting;

/// <summary>How one node looks from another.</summary>
internal enum NodeState
{
    /// <summary>Its silo is active, and it has joined.</summary>
    Up,

    /// <summary>It stops in good order.</summary>
    Leaving,

    /// <summary>It has no silo that has joined.</summary>
    Down,
}
