// Owns: the servers whose command lines are known.
namespace OrleansKv.Bench.Bars;

internal enum ServerKind
{
    OrleansKv,
    Silo,
    Redis,
}
