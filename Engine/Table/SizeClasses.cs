using System.Numerics;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Object sizes of the page pool: steps of 4 bytes up to 256, then eight steps to each power of two, up to 4 KiB. Rounding wastes 2 bytes
/// on average below 256 and at most an eighth above.
/// </summary>
internal static class SizeClasses
{
    /// <summary>Largest object in a page; larger ones have memory of their own.</summary>
    public const int MaxBytes = 4096;

    private const int FineEnd = 256;
    private const int FineStep = 4;
    private const int FineClasses = FineEnd / FineStep; // class c holds (c + 1) * 4 bytes
    private const int StepsAPower = 8;

    public const int Count = FineClasses + (4 * StepsAPower);

    public static int ClassOf(int bytes)
    {
        if (bytes <= FineEnd) return (bytes + FineStep - 1) / FineStep - 1;
        int power = BitOperations.Log2((uint)(bytes - 1)); // 256 < bytes: power >= 8
        int step = (1 << power) / StepsAPower;
        return FineClasses + ((power - 8) * StepsAPower) + ((bytes - 1 - (1 << power)) / step);
    }

    public static int BytesOf(int sizeClass)
    {
        if (sizeClass < FineClasses) return (sizeClass + 1) * FineStep;
        int power = 8 + ((sizeClass - FineClasses) / StepsAPower);
        return (1 << power) + ((((sizeClass - FineClasses) % StepsAPower) + 1) * ((1 << power) / StepsAPower));
    }
}
