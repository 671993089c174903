using FsCheck;
using FsCheck.Fluent;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Properties;

/// <summary>One step of a random test of a key table.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Key">Number of the key, or the first one.</param>
/// <param name="Size">Bytes of the value; of more keys, how many; of a deadline, ms since the epoch.</param>
internal readonly record struct TableStep(TableStepKind Kind, int Key, int Size)
{
    /// <summary>Of one hash tag, some 30 buckets.</summary>
    public const int Keys = 300;

    private static readonly Gen<TableStepKind> AnyKind = Gen.Frequency(
        (6, Gen.Constant(TableStepKind.Put)),
        (4, Gen.Constant(TableStepKind.PutMany)),
        (4, Gen.Constant(TableStepKind.Patch)),
        (3, Gen.Constant(TableStepKind.SetDeadline)),
        (5, Gen.Constant(TableStepKind.Touch)),
        (3, Gen.Constant(TableStepKind.Remove)),
        (3, Gen.Constant(TableStepKind.RemoveMany)),
        (3, Gen.Constant(TableStepKind.Evict)),
        (6, Gen.Constant(TableStepKind.Snapshot)),
        (1, Gen.Constant(TableStepKind.EndSnapshot)),
        (1, Gen.Constant(TableStepKind.Clear)));

    private static readonly Gen<int> AnySize =
        Gen.Frequency((6, Gen.Choose(0, 63)), (3, Gen.Choose(64, 900)), (1, Gen.Choose(4_000, 12_000)));

    public static Arbitrary<TableStep[]> Lists { get; } = Arb.Array(Arb.From(
        from kind in AnyKind from key in Gen.Choose(0, Keys - 1) from size in AnySize select new TableStep(kind, key, size), step =>
            step.Shrink()));

    public override string ToString() => $"{Kind} {Key} {Size}";

    private IEnumerable<TableStep> Shrink()
    {
        TableStep step = this;
        return PropertyCheck.Smaller(step.Key).Select(key => step with { Key = key })
            .Concat(PropertyCheck.Smaller(step.Size).Select(size => step with { Size = size }));
    }
}
