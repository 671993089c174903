using FsCheck;
using FsCheck.Fluent;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Properties;

/// <summary>One step of a random test of a store.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Key">Number of the key.</param>
/// <param name="Size">Bytes of the value.</param>
/// <param name="Ms">Time to live (0: for ever) or time that passes.</param>
internal readonly record struct StoreStep(StoreStepKind Kind, int Key, int Size, int Ms)
{
    /// <summary>Few keys, so that they meet; their slots are spread over all shards.</summary>
    public const int Keys = 12;

    private static readonly Gen<StoreStepKind> AnyKind = Gen.Frequency(
        (8, Gen.Constant(StoreStepKind.Set)),
        (2, Gen.Constant(StoreStepKind.SetTogether)),
        (5, Gen.Constant(StoreStepKind.Append)),
        (4, Gen.Constant(StoreStepKind.Delete)),
        (3, Gen.Constant(StoreStepKind.Expire)),
        (2, Gen.Constant(StoreStepKind.Persist)),
        (4, Gen.Constant(StoreStepKind.Get)),
        (4, Gen.Constant(StoreStepKind.Advance)),
        (2, Gen.Constant(StoreStepKind.Housekeep)),
        (3, Gen.Constant(StoreStepKind.Commit)),
        (2, Gen.Constant(StoreStepKind.Snapshot)),
        (1, Gen.Constant(StoreStepKind.Reopen)),
        (1, Gen.Constant(StoreStepKind.Kill)));

    // Mostly small; now and then beyond a size class, a segment (4 KiB) and what the table keeps in its pages.
    private static readonly Gen<int> AnySize =
        Gen.Frequency((8, Gen.Choose(0, 40)), (3, Gen.Choose(41, 700)), (1, Gen.Choose(3_900, 9_000)));

    private static readonly Gen<int> AnyMs = Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(1, 60)), (1, Gen.Choose(61, 5_000)));

    public static Arbitrary<StoreStep[]> Lists { get; } = Arb.Array(Arb.From(
        from kind in AnyKind from key in Gen.Choose(0, Keys - 1) from size in AnySize from ms in AnyMs select new StoreStep(
            kind, key, size, ms),
        step => step.Shrink()));

    public override string ToString() => $"{Kind} k{Key} {Size} B {Ms} ms";

    private IEnumerable<StoreStep> Shrink()
    {
        StoreStep step = this;
        return PropertyCheck.Smaller(step.Key).Select(key => step with { Key = key })
            .Concat(PropertyCheck.Smaller(step.Size).Select(size => step with { Size = size }))
            .Concat(PropertyCheck.Smaller(step.Ms).Select(ms => step with { Ms = ms }));
    }
}
