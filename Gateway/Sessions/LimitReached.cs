namespace OrleansKv.Gateway.Sessions;

/// <summary>Why a client was cut off for the memory it takes; the log says so.</summary>
internal static class LimitReached
{
    public const string Unread = "it leaves more unread than client-output-buffer-limit allows";

    public const string Kept = "it has the server keep more than client-query-buffer-limit allows";
}
