namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// One class of <c>client-output-buffer-limit</c> (https://redis.io/docs/latest/develop/reference/clients/#output-buffer-limits): a
/// client is cut off as soon as it leaves <paramref name="HardBytes"/> unread, or <paramref name="SoftBytes"/> for longer than <paramref
/// name="SoftSeconds"/>.
/// </summary>
/// <param name="HardBytes">0: none.</param>
/// <param name="SoftBytes">0: none.</param>
/// <param name="SoftSeconds">How long.</param>
public readonly record struct OutputLimit(ulong HardBytes, ulong SoftBytes, int SoftSeconds)
{
    public bool IsUnlimited => HardBytes == 0 && SoftBytes == 0;

    public bool IsHardReached(long bytes) => HardBytes != 0 && (ulong)bytes >= HardBytes;

    public bool IsSoftReached(long bytes) => SoftBytes != 0 && (ulong)bytes >= SoftBytes;
}
