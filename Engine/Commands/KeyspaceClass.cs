namespace OrleansKv.Engine.Commands;

/// <summary>Classes of keyspace events, the letters of Redis' <c>notify-keyspace-events</c>.</summary>
[Flags]
public enum KeyspaceClass
{
    None = 0,

    /// <summary><c>g</c>: DEL, EXPIRE, RENAME, ...</summary>
    Generic = 1,

    /// <summary><c>$</c>: string commands.</summary>
    String = 2,

    /// <summary><c>x</c>: a key expired.</summary>
    Expired = 4,

    /// <summary><c>e</c>: a key was evicted.</summary>
    Evicted = 8,

    /// <summary><c>n</c>: a new key.</summary>
    New = 16,

    /// <summary><c>m</c>: a key that was asked for is not there.</summary>
    Miss = 32,
}
