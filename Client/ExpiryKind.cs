namespace OrleansKv.Client;

/// <summary>What an <see cref="Expiry"/> says.</summary>
internal enum ExpiryKind : byte
{
    Never,
    Keep,
    After,
    At,
}
