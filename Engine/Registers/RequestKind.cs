namespace OrleansKv.Engine.Registers;

/// <summary>What a proposer asks of an acceptor. The numbers are on the wire.</summary>
public enum RequestKind : byte
{
    /// <summary>Phase 1: refuse every lower ballot from now on, and say what you have accepted.</summary>
    Prepare = 1,

    /// <summary>Phase 2: accept the value, unless a higher ballot was promised.</summary>
    Accept = 2,

    /// <summary>Say what you have accepted; promises nothing and writes nothing.</summary>
    Look = 3,

    /// <summary>Refuse every lower acceptor set from now on, and name the registers that you have.</summary>
    Fence = 4,
}
