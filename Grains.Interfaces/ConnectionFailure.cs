using Orleans.Runtime;

namespace OrleansKv.Grains;

/// <summary>
/// A call that was never sent, because a silo took no connection. Orleans has no type for it that reaches the caller: the text of the
/// connection's own exception is all there is of it.
/// </summary>
internal static class ConnectionFailure
{
    public static bool Is(Exception failure) =>
        failure is OrleansException && failure.Message.Contains("ConnectionFailedException", StringComparison.Ordinal);
}
