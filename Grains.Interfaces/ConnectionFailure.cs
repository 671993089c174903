using Orleans.Runtime;

namespace OrleansKv.Grains;

/// <summary>
/// A call that was never sent, because a silo took no connection. Orleans has no type for it that reaches the caller: the text of the
/// connection's own exception, which names the silo, is all there is of it.
/// </summary>
internal static class ConnectionFailure
{
    public static bool Is(Exception failure) =>
        failure is OrleansException && failure.Message.Contains("ConnectionFailedException", StringComparison.Ordinal);

    /// <summary>
    /// Whether another silo than the one that is called took no connection: it has died, the cluster does not know it yet, and its part of
    /// Orleans' grain directory has the entry that says where the called grain is. The call can be made again: within seconds the entry is
    /// on a silo that lives.
    /// </summary>
    /// <param name="called">Null when it is not known, or down.</param>
    public static bool IsOfAnother(SiloAddress? called, Exception failure) =>
        called is not null && Is(failure) && !failure.Message.Contains(called.ToString(), StringComparison.Ordinal);
}
