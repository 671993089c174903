namespace OrleansKv.Bench.Bars;

/// <summary>The servers whose command lines are known.</summary>
internal enum ServerKind
{
    OrleansKv,
    Silo,
    Redis,
}
